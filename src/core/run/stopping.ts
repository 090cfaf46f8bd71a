import { OpenlineError } from '../errors.ts';

/** The run is stopping: nothing more is asked. What is in flight ends up in the journal. */
export class StoppingError extends OpenlineError {
  constructor() {
    super('The run is stopping');
  }
}
