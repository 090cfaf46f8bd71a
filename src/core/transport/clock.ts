import { asError } from '../endpoints/abortReason.ts';

/** Time as the transport sees it. Injected, so that a test need not wait. */
export interface Clock {
  /** Milliseconds of a clock that never goes back; only differences mean anything. */
  now(): number;
  /**
   * Resolves after so many milliseconds.
   *
   * @throws the signal's reason as soon as it is aborted
   */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that a timer takes (2^31 − 1 ms); a longer one would fire at once. */
const LONGEST_TIMER = 2_147_483_647;

/** The machine's own clock: monotonic, so a change of the wall clock has no effect. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(asError(signal.reason));
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(asError(signal?.reason));
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(0, milliseconds), LONGEST_TIMER),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
