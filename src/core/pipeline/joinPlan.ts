import type { StepBase } from './plan.ts';

/** Merges the records that have the same key in several steps. A step that sees its records in order. */
export interface JoinStep extends StepBase {
  readonly kind: 'join';
  /** Field that takes the last number of the key. */
  readonly index?: string;
}
