import { OpenlineError } from '../errors.ts';

/** How long requests in flight may go on after somebody asked for a stop, in milliseconds: what is paid for may arrive. */
export const STOP_GRACE_MS = 5000;

/** Why a run is stopped, as the reason of its signal: the person gives up its batches, too. */
export class CancelBatches extends OpenlineError {
  constructor() {
    super('The run was cancelled');
  }
}

/** The run is stopping: nothing more is asked. What is in flight ends up in the journal. */
export class StoppingError extends OpenlineError {
  constructor() {
    super('The run is stopping');
  }
}
