import { setImmediate as nextTurn } from 'node:timers/promises';
import { asError } from '../endpoints/abortReason.ts';
import type { Clock } from './clock.ts';

/** A clock for tests: time stands still until it is told to pass. */
export interface FakeClock extends Clock {
  /** Lets so many milliseconds pass; who sleeps wakes in order, and what it does on waking is done before the next. */
  pass(milliseconds: number): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

export function createFakeClock(): FakeClock {
  let now = 0;
  const sleepers = new Set<Sleeper>();

  function earliestUntil(limit: number): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.wakeAt <= limit && (earliest === undefined || sleeper.wakeAt < earliest.wakeAt)) earliest = sleeper;
    }
    return earliest;
  }

  return {
    now: () => now,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(asError(signal.reason));
          return;
        }
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(asError(signal?.reason));
        };
        const sleeper: Sleeper = {
          wakeAt: now + milliseconds,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    async pass(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (let next = earliestUntil(end); next !== undefined; next = earliestUntil(end)) {
        now = Math.max(now, next.wakeAt);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** Lets everything run that waits for nothing but a promise. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
}
