import { OpenlineError } from '../errors.ts';

/** How long requests in flight may go on after somebody asked for a stop, in milliseconds: what is paid for may arrive. */
export const STOP_GRACE_MS = 5000;

/**
 * How a person ends a run: `pause` asks nothing more and takes whatever is in flight; `cancel` gives that up at once,
 * and what is with services in batches.
 */
export const STOP_KINDS = ['pause', 'cancel'] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** Why a run is stopped, as the reason of its signal; without it the run has `STOP_GRACE_MS` for what is in flight. */
export class StopRequest extends OpenlineError {
  readonly kind: StopKind;

  constructor(kind: StopKind) {
    super(kind === 'pause' ? 'The run was paused' : 'The run was cancelled');
    this.kind = kind;
  }
}

/** How a run is being ended; null: it is not, or nobody said how. */
export function stopKindOf({ stop, giveUp }: StopSignals): StopKind | null {
  for (const signal of [giveUp, stop])
    if (signal?.aborted === true && signal.reason instanceof StopRequest) return signal.reason.kind;
  return null;
}

/** What a run listens to. */
export interface StopSignals {
  /** Asks for an orderly end: nothing more is asked; how long what is in flight is waited for is in its reason (`StopRequest`). */
  readonly stop?: AbortSignal;
  /** What is still in flight is given up, at once. It follows `stop`, or comes with it. */
  readonly giveUp?: AbortSignal;
}

/** The run is stopping: nothing more is asked. What is in flight ends up in the journal. */
export class StoppingError extends OpenlineError {
  constructor() {
    super('The run is stopping');
  }
}
