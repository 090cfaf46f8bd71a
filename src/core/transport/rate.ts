import type { ChatOptions, RateHeaders } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import type { Call, Layer, Outcome, Send } from './around.ts';
import type { Clock } from './clock.ts';
import { createRateWindow } from './rateWindow.ts';
import type { WindowEntry } from './rateWindow.ts';
import { waitSignal } from './waiting.ts';

export interface RateOptions {
  /** 0: no limit. */
  readonly requestsPerMinute: number;
  /** 0: no limit. */
  readonly tokensPerMinute: number;
  /** The longest pause that a header may ask for; a service that wants a longer one is left to `health`. */
  readonly longestPauseSeconds: number;
}

/** The layer that keeps to the limits of a service: the profile's own, and those its headers tell of. */
export interface Rate extends Layer {
  /** Milliseconds for which nothing is sent because the service asked for it; 0 when it goes on. */
  pausedFor(): number;
  /** Larger limits from now on. */
  raise(requestsPerMinute: number, tokensPerMinute: number): void;
}

/** Rough length of a token in bytes, for a window that is corrected by what the service counts. */
const BYTES_PER_TOKEN = 4;
/** How long a wait for tokens lasts before it looks again: corrections may have made room. */
const LOOK_AGAIN = 1000;

export function createRate(options: RateOptions, clock: Clock, halt: AbortSignal): Rate {
  const { requestsPerMinute, tokensPerMinute, longestPauseSeconds } = options;
  const limited = requestsPerMinute > 0 || tokensPerMinute > 0;
  const window = createRateWindow(requestsPerMinute, tokensPerMinute);
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function pause(seconds: number | undefined): void {
    if (seconds === undefined) return;
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(seconds, longestPauseSeconds) * 1000);
  }

  function observe(headers: RateHeaders): void {
    if (headers.remainingRequests === 0) pause(headers.resetRequestsSeconds);
    if (headers.remainingTokens === 0) pause(headers.resetTokensSeconds);
  }

  /** Waits for its turn and takes it; nobody else can come between the last look and the entry. */
  async function admit(call: Call): Promise<WindowEntry | undefined> {
    const bound = tokensPerMinute > 0 ? call.bound() : undefined;
    const tokens = bound === undefined ? 0 : Math.ceil(bound.prompt / BYTES_PER_TOKEN) + bound.completion;
    for (;;) {
      const now = clock.now();
      const delay = Math.max(pausedUntil - now, limited ? window.delay(tokens, now) : 0);
      if (delay <= 0) return limited ? window.add(tokens, now) : undefined;
      const wait = tokensPerMinute > 0 ? Math.min(delay, LOOK_AGAIN) : delay;
      await clock.sleep(wait, waitSignal(call.options, halt));
    }
  }

  function listening(given: ChatOptions): ChatOptions {
    const { onHeaders } = given;
    if (onHeaders === undefined) return { ...given, onHeaders: observe };
    return {
      ...given,
      onHeaders: (headers) => {
        observe(headers);
        onHeaders(headers);
      },
    };
  }

  return {
    raise: (requests, tokens) => {
      window.raise(requests, tokens);
    },
    pausedFor: () => Math.max(0, pausedUntil - clock.now()),
    async around<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
      const entry = limited || pausedUntil > clock.now() ? await admit(call) : undefined;
      try {
        const outcome = await send(listening(call.options));
        if (outcome.usage !== null) entry?.correct(outcome.usage.prompt + outcome.usage.completion);
        return outcome;
      } catch (error) {
        if (error instanceof EndpointError && error.failure === 'rate-limited') {
          pause(error.retryAfterSeconds);
          entry?.correct(0);
        }
        throw error;
      }
    },
  };
}
