import { EndpointError } from '../errors.ts';
import type { EndpointFailure } from '../errors.ts';
import type { AdaptiveLimit } from './adaptiveLimit.ts';
import type { Call, Layer, Outcome, Send, TokenCount } from './around.ts';
import type { BudgetLedger, Charge, Reservation } from './budget.ts';
import type { Clock } from './clock.ts';
import { createLatencyHistogram } from './latency.ts';
import type { LatencySummary } from './latency.ts';
import { waitSignal } from './waiting.ts';

/** Prices per million tokens. */
export interface Prices {
  readonly prompt: number;
  readonly completion: number;
}

/** The innermost layer: pays from the budget, counts, and learns from the service's answers how many it takes at once. */
export interface Meter extends Layer {
  readonly inFlight: number;
  /** Requests sent, every attempt counted. */
  readonly requests: number;
  readonly tokens: TokenCount;
  /** Null without prices. */
  readonly cost: number | null;
  latency(): LatencySummary;
}

export interface MeterOptions {
  readonly prices: Prices | undefined;
  readonly budget: BudgetLedger | undefined;
  readonly limit: AdaptiveLimit;
  /** Called when `limit` may have changed. */
  readonly onLimit: () => void;
}

const NOTHING: TokenCount = { prompt: 0, completion: 0 };
/** Failures before which the service had no work to charge for. Of the others it may have answered, unheard. */
const FREE: ReadonlySet<EndpointFailure> = new Set<EndpointFailure>([
  'unreachable',
  'key-missing',
  'key-refused',
  'payment',
  'forbidden',
  'unknown-model',
  'not-found',
  'rate-limited',
  'server',
  'rejected',
]);

export function createMeter(options: MeterOptions, clock: Clock, halt: AbortSignal): Meter {
  const { prices, budget, limit, onLimit } = options;
  const latency = createLatencyHistogram();
  let inFlight = 0;
  let requests = 0;
  let prompt = 0;
  let completion = 0;

  async function measured<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
    const startedAt = clock.now();
    inFlight += 1;
    requests += 1;
    try {
      const outcome = await send(call.options);
      latency.add(clock.now() - startedAt);
      prompt += outcome.usage?.prompt ?? 0;
      completion += outcome.usage?.completion ?? 0;
      limit.succeeded();
      return outcome;
    } catch (error) {
      if (error instanceof EndpointError && error.failure === 'rate-limited') limit.throttled(startedAt, clock.now());
      throw error;
    } finally {
      inFlight -= 1;
      onLimit();
    }
  }

  async function paid<Result>(ledger: BudgetLedger, call: Call, send: Send<Result>): Promise<Outcome<Result>> {
    const most = call.bound();
    const reserve = (): Promise<Reservation> =>
      ledger.reserve(chargeFor(most, prices), () => waitSignal(call.options, halt));
    let reservation: Reservation | null = await reserve();
    const settle = (used: TokenCount): void => {
      reservation?.settle(chargeFor(used, prices));
      reservation = null;
    };
    const fail = (error: unknown): void => {
      if (reservation === null) return;
      const used = error instanceof EndpointError && FREE.has(error.failure) ? NOTHING : most;
      call.options.onFailed?.(used);
      settle(used);
    };
    const beforeAgain = async (failed: EndpointError): Promise<void> => {
      fail(failed);
      reservation = await reserve();
      requests += 1;
    };
    try {
      const outcome = await measured({ ...call, options: { ...call.options, beforeAgain } }, send);
      settle(outcome.usage ?? most);
      return outcome;
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  return {
    get inFlight() {
      return inFlight;
    },
    get requests() {
      return requests;
    },
    get tokens() {
      return { prompt, completion };
    },
    get cost() {
      return prices === undefined ? null : chargeFor({ prompt, completion }, prices).cost;
    },
    latency: () => latency.summary(),
    around: (call, send) => (budget === undefined ? measured(call, send) : paid(budget, call, send)),
  };
}

/** What a budget is charged for so many tokens. */
export function chargeFor(tokens: TokenCount, prices: Prices | undefined): Charge {
  const cost = prices === undefined ? 0 : tokens.prompt * prices.prompt + tokens.completion * prices.completion;
  return { tokens: tokens.prompt + tokens.completion, cost: cost / 1_000_000 };
}
