import pLimit from 'p-limit';
import type { Call, Layer, Outcome, Send } from './around.ts';
import { createAbortListeners } from './abortListeners.ts';
import { asError } from '../endpoints/abortReason.ts';
import { createPlaceHeap } from './placeHeap.ts';

interface Waiting {
  /** Takes the slot that has become free. */
  readonly start: () => void;
  /** Leaves the queue with an error. */
  readonly fail: (error: Error) => void;
  gone: boolean;
}

/** The layer that lets so many requests through at once, and the others in the order of their places. */
export interface Slots extends Layer {
  /** Slots taken, whether or not their request is on the wire already. */
  readonly taken: number;
  /** Requests that wait for a slot. */
  readonly waiting: number;
  /** The number of slots from now on, at least 1. What runs is never interrupted. */
  resize(slots: number): void;
  /** Fails every request that waits. */
  failWaiting(error: Error): void;
}

/**
 * Slots by `p-limit`. It serves first come first, so requests wait here, in a heap ordered by place, and it is handed one
 * only when a slot is free.
 */
export function createSlots(slots: number): Slots {
  const limit = pLimit(slots);
  const heap = createPlaceHeap<Waiting>();
  const aborts = createAbortListeners();
  let waitingCount = 0;

  function startWaiting(): void {
    while (limit.activeCount < limit.concurrency) {
      const next = heap.pop();
      if (next === undefined) return;
      if (!next.gone) next.start();
    }
  }

  async function run<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
    try {
      return await limit(send, call.options);
    } finally {
      startWaiting();
    }
  }

  function waitForSlot<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
    const { signal, admission, place } = call.options;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        entry.gone = true;
        waitingCount -= 1;
        aborts.remove(signal, entry.fail);
        aborts.remove(admission, entry.fail);
      };
      const entry: Waiting = {
        gone: false,
        start: () => {
          leave();
          resolve(run(call, send));
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      aborts.add(signal, entry.fail);
      aborts.add(admission, entry.fail);
      waitingCount += 1;
      heap.push(place, entry);
    });
  }

  return {
    get taken() {
      return limit.activeCount;
    },
    get waiting() {
      return waitingCount;
    },
    resize(next) {
      if (next === limit.concurrency) return;
      limit.concurrency = next;
      startWaiting();
    },
    failWaiting(error) {
      for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
        if (!entry.gone) entry.fail(error);
      }
    },
    around(call, send) {
      const { signal, admission } = call.options;
      if (signal?.aborted === true) return Promise.reject(asError(signal.reason));
      if (admission?.aborted === true) return Promise.reject(asError(admission.reason));
      return limit.activeCount < limit.concurrency && waitingCount === 0 ? run(call, send) : waitForSlot(call, send);
    },
  };
}
