import type { Service } from './service.ts';

/** What a part of the benchmark works with. */
export interface Surroundings {
  readonly service: Service;
  /** `--full`: the sizes that take minutes. */
  readonly full: boolean;
}

/** One part of the benchmark: measures and prints. */
export type Scenario = (around: Surroundings) => Promise<void>;
