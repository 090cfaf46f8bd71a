import type { DistributionSummary } from './distribution.ts';

export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'map' | 'null';

export interface ColumnSummary {
  /** Records that have the field. */
  readonly present: number;
  readonly kinds: Readonly<Partial<Record<ValueKind, number>>>;
  /** Different values (of short texts, numbers and booleans), and whether that is exact. */
  readonly distinct: number;
  readonly isExact: boolean;
  /** The most frequent of them, where values repeat. */
  readonly top: readonly (readonly [string, number])[];
  readonly numbers: DistributionSummary | null;
  /** Characters of the texts, or elements of the lists. */
  readonly lengths: DistributionSummary | null;
}
