import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Place } from '../record/key.ts';
import { createPlaceHeap } from '../transport/placeHeap.ts';

/**
 * One at a time, the smallest place first, and the next only after what the one before led to had a chance to ask as
 * well. So a preview asks for nothing that its few records do not need.
 */
export class Turns {
  readonly #waiting = createPlaceHeap<() => void>();
  #taken = false;

  async take<T>(place: Place, work: () => Promise<T>): Promise<T> {
    if (this.#taken) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(place, resolve);
      });
    }
    this.#taken = true;
    try {
      return await work();
    } finally {
      void nextTurn().then(() => {
        const next = this.#waiting.pop();
        if (next === undefined) this.#taken = false;
        else next();
      });
    }
  }
}
