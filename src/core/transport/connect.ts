import { DEFAULT_CONCURRENCY } from '../endpoints/defaultConcurrency.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { pricesOf } from '../endpoints/prices.ts';
import type { EndpointProfile } from '../endpoints/profile.ts';
import type { EndpointError } from '../errors.ts';
import { createAdaptiveLimit } from './adaptiveLimit.ts';
import { wrapEndpoint } from './around.ts';
import type { Layer, TokenCount } from './around.ts';
import type { BudgetLedger } from './budget.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createHealth } from './health.ts';
import type { LatencySummary } from './latency.ts';
import { createMeter } from './meter.ts';
import type { Prices } from './meter.ts';
import { createRate } from './rate.ts';
import { createRetry } from './retry.ts';
import type { AttemptFailure } from './retry.ts';
import { createSlots } from './slots.ts';

export { DEFAULT_CONCURRENCY } from '../endpoints/defaultConcurrency.ts';
export type { AttemptFailure } from './retry.ts';

/** How an endpoint is used. */
export interface ConnectOptions {
  /** Requests in flight at the most, at least 1. */
  readonly maxConcurrency: number;
  /** 0 or absent: no limit. */
  readonly requestsPerMinute?: number;
  /** 0 or absent: no limit. */
  readonly tokensPerMinute?: number;
  /** How often a request that failed for a passing reason is sent again. */
  readonly retries: number;
  readonly prices?: Prices;
  /** The budget of the run, one object for all its connections. */
  readonly budget?: BudgetLedger;
  /** How long a service may be out of reach, or ask to be left alone, before the endpoint is stopped. Default 120. */
  readonly patienceSeconds?: number;
  /** The same for a service that has never answered. Default 5, and never more than `patienceSeconds`. */
  readonly firstContactSeconds?: number;
  /** Whether the endpoint is known to work, from what it answered before; see `createHealth`. Default false. */
  readonly isProven?: boolean;
  /** Told of every failed attempt, the last one included. It must not throw. */
  readonly onAttemptFailed?: (failure: AttemptFailure) => void;
}

/** What the transport needs from outside. */
export interface ConnectDeps {
  readonly clock: Clock;
  /** A number from 0 (inclusive) to 1, for the jitter of retries. */
  readonly random: () => number;
}

/** Where a connection stands. */
export interface ConnectionStats {
  /** Requests on the wire. */
  readonly inFlight: number;
  /** Requests that wait: for a slot, a limit, a retry, or the service's return. */
  readonly waiting: number;
  /** Slots at the moment; fewer than allowed while the service turns requests away. */
  readonly slots: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Requests sent, every attempt counted. */
  readonly requests: number;
  /** As the services counted them. */
  readonly tokens: TokenCount;
  /** In the currency of the prices; null without prices. */
  readonly cost: number | null;
  /** A passing condition worth telling. */
  readonly notice: string | null;
  readonly latency: LatencySummary;
  /** Why the endpoint is not asked any more; null while it is. */
  readonly stopped: EndpointError | null;
}

/** An endpoint with everything around it that a run needs. */
export interface Connection extends Endpoint {
  stats(): ConnectionStats;
  /** Larger limits from now on; smaller ones are not taken, and what had no limit gets none. */
  raise(limits: Pick<ConnectOptions, 'maxConcurrency' | 'requestsPerMinute' | 'tokensPerMinute'>): void;
}

/** The part of the options that a profile holds. */
export function connectOptionsOf(profile: EndpointProfile): ConnectOptions {
  const prices = pricesOf(profile);
  return {
    maxConcurrency: profile.max_concurrency ?? DEFAULT_CONCURRENCY,
    requestsPerMinute: profile.rpm,
    tokensPerMinute: profile.tpm,
    retries: profile.retries,
    ...(prices === undefined ? {} : { prices }),
  };
}

const PATIENCE_SECONDS = 120;
const FIRST_CONTACT_SECONDS = 5;

/**
 * Wraps an endpoint, from the outside in: retries, slots, health, limits, budget. A request that waits for its retry
 * holds no slot; one that waits for a limit or for the service's return does, since no other could be sent either.
 *
 * `chat` and `embed` throw what the endpoint throws when that is final, `BudgetReachedError` when the run may spend no
 * more, and the reason of `signal` or `admission`. After an `EndpointError` whose `stopsEndpoint` is true, every waiting
 * and every further request fails with that same error.
 */
export function connect(endpoint: Endpoint, options: ConnectOptions, deps: Partial<ConnectDeps> = {}): Connection {
  const { clock = systemClock, random = Math.random } = deps;
  const patienceSeconds = options.patienceSeconds ?? PATIENCE_SECONDS;
  const halt = new AbortController();
  let retries = 0;
  let pending = 0;

  const limit = createAdaptiveLimit(options.maxConcurrency);
  const slots = createSlots(options.maxConcurrency);
  const health = createHealth(
    endpoint,
    {
      patienceSeconds,
      firstContactSeconds: options.firstContactSeconds ?? FIRST_CONTACT_SECONDS,
      isProven: options.isProven === true,
      onStop: (error) => {
        slots.failWaiting(error);
        halt.abort(error);
      },
    },
    clock,
    halt.signal,
  );
  const rate = createRate(
    {
      requestsPerMinute: options.requestsPerMinute ?? 0,
      tokensPerMinute: options.tokensPerMinute ?? 0,
      longestPauseSeconds: patienceSeconds,
    },
    clock,
    halt.signal,
  );
  const meter = createMeter(
    {
      prices: options.prices,
      budget: options.budget,
      limit,
      onLimit: () => {
        slots.resize(limit.value);
      },
    },
    clock,
    halt.signal,
  );
  const retry = createRetry(
    {
      retries: options.retries,
      onAttemptFailed: (failure) => {
        if (failure.retryInSeconds !== null) retries += 1;
        options.onAttemptFailed?.(failure);
      },
    },
    health,
    clock,
    random,
    halt.signal,
  );
  const counted: Layer = {
    async around(call, send) {
      if (health.stopped !== null) throw health.stopped;
      pending += 1;
      try {
        return await send(call.options);
      } finally {
        pending -= 1;
      }
    },
  };

  function notice(): string | null {
    if (health.notice !== null) return health.notice;
    const paused = rate.pausedFor();
    return paused > 0 ? `The service asks to wait; going on in ${Math.ceil(paused / 1000)} s.` : null;
  }

  const wrapped = wrapEndpoint(endpoint, [counted, retry, slots, health, rate, meter]);
  return {
    ...wrapped,
    async close() {
      halt.abort(new Error(`The connection to ${endpoint.name} was closed`));
      await endpoint.close();
    },
    raise({ maxConcurrency, requestsPerMinute = 0, tokensPerMinute = 0 }) {
      limit.raise(maxConcurrency);
      slots.resize(limit.value);
      rate.raise(requestsPerMinute, tokensPerMinute);
    },
    stats: () => ({
      inFlight: meter.inFlight,
      waiting: Math.max(0, pending - meter.inFlight),
      slots: limit.value,
      retries,
      requests: meter.requests,
      tokens: meter.tokens,
      cost: meter.cost,
      notice: notice(),
      latency: meter.latency(),
      stopped: health.stopped,
    }),
  };
}
