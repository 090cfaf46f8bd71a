/** What a run tells while it goes on: one immutable snapshot, replaced a few times a second. Plain JSON. */
import type { BudgetLimit } from '../errors.ts';
import type { StopKind } from './stopping.ts';

export const RUN_STATES = ['starting', 'running', 'done', 'failed', 'paused', 'interrupted'] as const;
/** `invalid` never has a run; a run that is not told to be anything else and whose process is gone is `interrupted`. */
export type RunState = (typeof RUN_STATES)[number];

/** A run's time in equal spans, the first one first; time in which nobody worked on it is not counted. */
export interface CourseFigures {
  /** How long a span is. */
  readonly seconds: number;
  readonly spans: readonly {
    /** Answers that came in it, failed ones as well. */
    readonly answers: number;
    /** Seconds from asking to the whole answer: the mean, and the longest; 0 without answers. */
    readonly mean: number;
    readonly longest: number;
  }[];
}

/** Where one step stands. Counts are of records. */
export interface StepProgress {
  readonly id: string;
  readonly kind: string;
  /** Ids of the steps it reads from. */
  readonly from: readonly string[];
  /** Records that came in and have not been finished. */
  readonly waiting: number;
  /** Requests under way. */
  readonly inFlight: number;
  /** Records finished (with whatever result). */
  readonly done: number;
  /** Records it yielded. */
  readonly out: number;
  /** Records or answers turned down, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly reused: number;
  /** Records expected in, as far as can be told from the plan; null: unknown. */
  readonly expected: number | null;
}

/** Where one output stands. */
export interface OutputProgress {
  readonly name: string;
  /** Where the file will be, as the person wrote it. */
  readonly path: string;
  /** The growing file inside the run's folder until it is renamed into place, then the output itself; absolute. */
  readonly file: string;
  /** Records committed so far. */
  readonly records: number;
}

/** How long answers took, in seconds: of half of them at most, of nine in ten at most. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
}

/** A limit that the run keeps to, and what is used of it by all processes that worked on the run. */
export interface BudgetFigure {
  readonly limit: BudgetLimit;
  /** In the limit's own unit: requests, tokens, minutes, or the currency of the prices. */
  readonly amount: number;
  readonly used: number;
}

/** A passing condition worth telling: a service that is waited for, a retry storm, a pause. */
export interface RunNotice {
  readonly endpoint: string;
  readonly message: string;
}

/** Where a batch of requests stands that a service answers in its own time. */
export interface BatchProgress {
  /** Number within the run. */
  readonly part: number;
  readonly endpoint: string;
  /** The service's id; null until it has been submitted. */
  readonly batch: string | null;
  /** `ready`, `uploaded`, then the service's own word (`validating`, `in_progress`, `finalizing` …); `exported`, `through`. */
  readonly status: string;
  readonly answered: number;
  readonly failed: number;
  readonly requests: number;
}

export interface RunSnapshot {
  readonly run: string;
  readonly pipeline: string;
  readonly state: RunState;
  /** How a person is ending it, or has; null: nobody did, or only by taking away its process. */
  readonly stop: StopKind | null;
  /** When the process that tells it took the run up; milliseconds since the epoch. */
  readonly startedAt: number;
  /** Over all processes that worked on the run, as are requests, answers reused, tokens and cost. */
  readonly elapsedSeconds: number;
  /** Seconds to go, as far as can be told; null: unknown. */
  readonly remainingSeconds: number | null;
  readonly steps: readonly StepProgress[];
  readonly outputs: readonly OutputProgress[];
  /** Records committed to all outputs. */
  readonly records: number;
  readonly discarded: number;
  readonly requests: number;
  readonly reused: number;
  readonly retries: number;
  readonly inFlight: number;
  readonly slots: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** In the currency of the profile's prices; null without prices. */
  readonly cost: number | null;
  readonly requestsPerSecond: number;
  /** Null before the first answer, and where nobody measured. */
  readonly latency: LatencyFigures | null;
  /** Speed and latency over the time of the run. */
  readonly course: CourseFigures;
  /** Empty without a budget. */
  readonly budget: readonly BudgetFigure[];
  readonly notice: RunNotice | null;
  /** Batches that are not through yet; empty where nothing is asked in batches. */
  readonly batches: readonly BatchProgress[];
  /** The first failure of each step and reason, as they came up, at most 200. */
  readonly failures: readonly {
    readonly step: string;
    readonly key: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** Why it failed or paused, once it has. */
  readonly error: string | null;
}

/** What `--json` prints as its last line, and what `runPipeline` resolves with. */
export interface RunSummary {
  readonly run: string | null;
  readonly state: 'done' | 'failed' | 'invalid' | 'paused' | 'interrupted';
  readonly records: number;
  readonly discarded: number;
  /** Questions that a service answered (or refused for good) for this command. */
  readonly requests: number;
  /** Answers taken over from earlier runs. */
  readonly reused: number;
  /** Answers found in the run's own journal when it was taken up again. */
  readonly replayed: number;
  /** Requests sent once more after a passing failure. */
  readonly retries: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  readonly cost: number | null;
  readonly seconds: number;
  readonly outputs: readonly string[];
  /** Batches that a service is still answering; the run takes their answers when it goes on. */
  readonly batches: readonly BatchProgress[];
  /** Shards that the run was cut into and that are to be carried out now. */
  readonly shards?: number;
  readonly error: string | null;
}
