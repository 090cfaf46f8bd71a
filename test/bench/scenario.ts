import type { Service } from './service.ts';
import type { Worker } from './worker.ts';

/** What a part of the benchmark works with. */
export interface Surroundings {
  readonly service: Service;
  /** `--full`: the sizes that take minutes. */
  readonly full: boolean;
  /**
   * Starts a process of its own.
   *
   * @param file name of a module in this folder
   */
  readonly start: (file: string, execArgv?: readonly string[]) => Worker;
}

/** One part of the benchmark: measures and prints. */
export type Scenario = (around: Surroundings) => Promise<void>;
