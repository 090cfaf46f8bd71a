import type { ChatOptions } from '../endpoints/endpoint.ts';
import { EndpointError, type EndpointFailure } from '../errors.ts';
import type { Call, Layer, Outcome, Send } from './around.ts';
import type { Clock } from './clock.ts';
import type { Health } from './health.ts';
import { waitSignal } from './waiting.ts';

/** One attempt that failed. */
export interface AttemptFailure {
  readonly endpoint: string;
  readonly error: EndpointError;
  /** Which attempt of its request, from 1. */
  readonly attempt: number;
  /** Seconds until the request is sent again; null: this failure is final. */
  readonly retryInSeconds: number | null;
  /** The very object the caller passed along with the request. */
  readonly options: ChatOptions;
}

export interface RetryOptions {
  /** How often a request is sent again after a failure that may pass. */
  readonly retries: number;
  readonly onAttemptFailed: (failure: AttemptFailure) => void;
}

const BASE_SECONDS = 0.5;
const LONGEST_SECONDS = 60;
/** Neither an answer that cannot be read nor a refused connection is a sign of load: asking again soon does no harm. */
const LONGEST_SECONDS_WITHOUT_LOAD = 2;
const WITHOUT_LOAD: ReadonlySet<EndpointFailure> = new Set(['unreadable', 'unreachable']);

/**
 * The outermost layer: sends a request again when its failure may pass. It waits outside the slots, so that others use
 * them meanwhile. Exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS 2015), base
 * 0.5 s, at most 60 s, never less than the service asked for.
 */
export function createRetry(
  options: RetryOptions,
  health: Health,
  clock: Clock,
  random: () => number,
  halt: AbortSignal,
): Layer {
  function delayAfter(error: EndpointError, attempt: number): number {
    const longest = WITHOUT_LOAD.has(error.failure) ? LONGEST_SECONDS_WITHOUT_LOAD : LONGEST_SECONDS;
    const jittered = random() * Math.min(longest, BASE_SECONDS * 2 ** (attempt - 1));
    return (error.retryAfterSeconds ?? 0) + jittered;
  }

  return {
    async around<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
      const begun = clock.now();
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await send(call.options);
        } catch (caught) {
          if (!(caught instanceof EndpointError)) throw caught;
          const report = { endpoint: caught.endpoint, attempt, options: call.options };
          const error = health.judge(caught, attempt > options.retries, begun);
          if (error !== null) {
            options.onAttemptFailed({ ...report, error, retryInSeconds: null });
            throw error;
          }
          const seconds = delayAfter(caught, attempt);
          options.onAttemptFailed({ ...report, error: caught, retryInSeconds: seconds });
          await clock.sleep(seconds * 1000, waitSignal(call.options, halt));
        }
      }
    },
  };
}
