import type { KeyApproval } from '../core/endpoints/keyRelease.ts';
import type { NamedProfile } from '../core/endpoints/profile.ts';
import type { BrokenProfile } from '../core/endpoints/profileFile.ts';
import type { PlanDefaults } from '../core/pipeline/planContext.ts';
import type { RunSummary } from '../core/run/events.ts';

/** What the editor says instead of a workspace's file of profiles, which are among its own. */
export interface EditorKnowledge {
  readonly profiles: readonly NamedProfile[];
  readonly broken: readonly BrokenProfile[];
  readonly defaults?: PlanDefaults | undefined;
  /** Variables that hold the keys of these origins. */
  readonly approvals?: readonly KeyApproval[] | undefined;
}

/** Where a command writes and what it knows of its surroundings; a test hands in its own. */
export interface Surroundings {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folder that holds `recipes` and `prompts`. */
  readonly library: string;
  readonly version: string;
  /** Asks for an orderly end. */
  readonly stop: AbortSignal;
  /** Where the editor gives the command. */
  readonly known?: EditorKnowledge;
}

/** What a command comes to: its exit status and what `--json` prints. */
export interface Result {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Exit status of each state of a run. */
export const EXIT_STATUS: Readonly<Record<RunSummary['state'], number>> = {
  done: 0,
  failed: 1,
  invalid: 2,
  paused: 3,
  interrupted: 130,
};

/** The JSON of a command that never came to a run. */
export function emptySummary(state: RunSummary['state'], error: string | null): RunSummary {
  return {
    run: null,
    state,
    records: 0,
    discarded: 0,
    requests: 0,
    reused: 0,
    replayed: 0,
    retries: 0,
    tokens: { prompt: 0, completion: 0 },
    cost: null,
    seconds: 0,
    outputs: [],
    batches: [],
    error,
  };
}
