import { BudgetReachedError } from '../errors.ts';
import type { BudgetLimit } from '../errors.ts';
import type { Budget } from '../pipeline/plan.ts';
import { asError } from '../endpoints/abortReason.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';

/** What a run has used up. Cost is in the currency of the prices. */
export interface Spent {
  readonly requests: number;
  readonly tokens: number;
  readonly cost: number;
  readonly minutes: number;
}

/** What one request may take, or has taken. */
export interface Charge {
  readonly tokens: number;
  readonly cost: number;
}

/** Room in the budget that is held for a request on its way. */
export interface Reservation {
  /** Gives back what was not used. Call it once. */
  settle(used: Charge): void;
}

/** The budget of a run, shared by all its connections. */
export interface BudgetLedger {
  spent(): Spent;
  /** Set once a request had to be turned away; from then on every request is. */
  readonly reached: BudgetReachedError | null;
  /**
   * Holds room for a request that takes at most so much. While others are on their way that may give some of theirs back,
   * it waits for them.
   *
   * @throws BudgetReachedError when there is no room and none will come
   * @param signal makes the signal under which it waits; asked only when it has to
   * @throws the signal's reason
   */
  reserve(most: Charge, signal?: () => AbortSignal): Promise<Reservation>;
  /**
   * Enters a request that is answered only in a later session, where there is room for the most it can take.
   *
   * @returns null, or why there is none; nothing is entered then, and nobody else is turned away
   */
  enter(most: Charge): BudgetReachedError | null;
}

/**
 * A ledger with limits (0 or absent: none). A request is entered with the most it can take before it is sent, so what is
 * spent never exceeds the limits; it is corrected when the service has counted.
 *
 * @param already what earlier sessions of the same run have spent
 */
export function createBudget(limits: Budget, clock: Clock = systemClock, already: Partial<Spent> = {}): BudgetLedger {
  const begun = clock.now() - (already.minutes ?? 0) * 60_000;
  let requests = already.requests ?? 0;
  let tokens = already.tokens ?? 0;
  let cost = already.cost ?? 0;
  let onTheWay = 0;
  let reached: BudgetReachedError | null = null;
  let waiters: (() => void)[] = [];

  const minutes = (): number => (clock.now() - begun) / 60_000;
  const exceeds = (limit: number | undefined, value: number): limit is number =>
    limit !== undefined && limit > 0 && value > limit;

  /** A limit that no other request's end can loosen. */
  function spentFor(): BudgetReachedError | null {
    if (exceeds(limits.requests, requests + 1)) return new BudgetReachedError('requests', limits.requests);
    if (exceeds(limits.minutes, minutes())) return new BudgetReachedError('minutes', limits.minutes);
    return null;
  }

  function tooLarge(most: Charge): BudgetLimit | null {
    if (exceeds(limits.tokens, tokens + most.tokens)) return 'tokens';
    if (exceeds(limits.cost, cost + most.cost)) return 'cost';
    return null;
  }

  function wake(): void {
    const woken = waiters;
    waiters = [];
    for (const wakeOne of woken) wakeOne();
  }

  function turnAway(error: BudgetReachedError): BudgetReachedError {
    reached ??= error;
    wake();
    return reached;
  }

  function nextEnd(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(asError(signal?.reason));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiters.push(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      if (signal?.aborted === true) onAbort();
    });
  }

  function hold(most: Charge): Reservation {
    requests += 1;
    tokens += most.tokens;
    cost += most.cost;
    onTheWay += 1;
    return {
      settle(used) {
        tokens += used.tokens - most.tokens;
        cost += used.cost - most.cost;
        onTheWay -= 1;
        wake();
      },
    };
  }

  return {
    spent: () => ({ requests, tokens, cost, minutes: minutes() }),
    get reached() {
      return reached;
    },
    enter(most) {
      if (reached !== null) return reached;
      const over = spentFor();
      if (over !== null) return over;
      const limit = tooLarge(most);
      if (limit !== null) return new BudgetReachedError(limit, limits[limit] ?? 0);
      requests += 1;
      tokens += most.tokens;
      cost += most.cost;
      return null;
    },
    async reserve(most, signal) {
      for (;;) {
        if (reached !== null) throw reached;
        const over = spentFor();
        if (over !== null) throw turnAway(over);
        const limit = tooLarge(most);
        if (limit === null) return hold(most);
        if (onTheWay === 0) throw turnAway(new BudgetReachedError(limit, limits[limit] ?? 0));
        await nextEnd(signal?.());
      }
    },
  };
}
