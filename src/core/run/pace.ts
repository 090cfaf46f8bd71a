import type { Place } from '../record/key.ts';
import { createPlaceHeap } from '../transport/placeHeap.ts';

/** So many are let through in one turn of the event loop: some milliseconds of work. */
const BATCH = 32;
/** How long to wait for the writers before looking again, in milliseconds. */
const LOOK_AGAIN_MS = 2;

/**
 * Lets records whose answers need no service through a few at a time, the smallest place first. Nothing else would hold
 * them up: without it a resumed run would hold all its records in memory before the first of them is written, and nobody
 * would hear of it before the last.
 */
export class Pace {
  readonly #waiting = createPlaceHeap<() => void>();
  readonly #isHeldUp: () => boolean;
  #going = false;

  /** @param isHeldUp whether those who write the records have enough to do */
  constructor(isHeldUp: () => boolean) {
    this.#isHeldUp = isHeldUp;
  }

  /** Whether anything waits. */
  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  pass(place: Place): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(place, resolve);
      if (this.#going) return;
      this.#going = true;
      setImmediate(this.#letThrough);
    });
  }

  readonly #letThrough = (): void => {
    if (this.#isHeldUp()) {
      setTimeout(this.#letThrough, LOOK_AGAIN_MS);
      return;
    }
    for (let count = 0; count < BATCH; count += 1) this.#waiting.pop()?.();
    if (this.#waiting.size > 0) setImmediate(this.#letThrough);
    else this.#going = false;
  };
}
