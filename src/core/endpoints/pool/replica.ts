import { EndpointError, type EndpointFailure } from '../../errors.ts';
import { createAdaptiveLimit, type AdaptiveLimit } from '../../transport/adaptiveLimit.ts';
import type { Call, Outcome } from '../../transport/around.ts';
import type { Clock } from '../../transport/clock.ts';
import { createRate, type Rate } from '../../transport/rate.ts';
import { DEFAULT_CONCURRENCY } from '../defaultConcurrency.ts';
import type { ChatOptions, Endpoint } from '../endpoint.ts';
import type { EndpointProfile, NamedProfile } from '../profile.ts';

const FIRST_REST = 1000;
const LONGEST_REST = 30_000;
const LONGEST_PAUSE_SECONDS = 120;
/** So many unreadable answers in a row are the replica's fault, not those of the requests. */
const UNREADABLE_IN_A_ROW = 3;
/** Refusals that are about one request, or about all of them. */
const AMBIGUOUS: ReadonlySet<EndpointFailure> = new Set(['forbidden', 'not-found']);

/** One replica of a pool, with limits and health of its own. */
export class Replica {
  readonly endpoint: Endpoint;
  readonly profile: EndpointProfile;
  readonly #clock: Clock;
  readonly #limit: AdaptiveLimit;
  readonly #rate: Rate;
  #inFlight = 0;
  #answers = 0;
  #failuresInARow = 0;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #latest: EndpointError | null = null;
  #isDead = false;

  constructor(endpoint: Endpoint, { profile }: NamedProfile, clock: Clock, halt: AbortSignal) {
    this.endpoint = endpoint;
    this.profile = profile;
    this.#clock = clock;
    this.#limit = createAdaptiveLimit(profile.max_concurrency ?? DEFAULT_CONCURRENCY);
    this.#rate = createRate(
      {
        requestsPerMinute: profile.rpm,
        tokensPerMinute: profile.tpm,
        longestPauseSeconds: LONGEST_PAUSE_SECONDS,
      },
      clock,
      halt,
    );
  }

  /** Nothing that comes will be answered until somebody changes something: a key, a model's name. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** Why it is not well; null while it is. */
  get latest(): EndpointError | null {
    return this.#latest;
  }

  /** Milliseconds for which it rests; 0: it does not. */
  get rest(): number {
    return Math.max(0, this.#restsUntil - this.#clock.now(), this.#rate.pausedFor());
  }

  /** How much of what it takes is taken, from 0; null: nothing more now. After a failure one request at a time finds out. */
  get load(): number | null {
    if (this.#isDead || this.rest > 0) return null;
    const most = this.#failuresInARow > 0 ? 1 : this.#limit.value;
    return this.#inFlight < most ? this.#inFlight / this.#limit.value : null;
  }

  /** Takes one of its slots; `send` gives it back. */
  take(): void {
    this.#inFlight += 1;
  }

  async send<Result>(call: Call, send: (options: ChatOptions) => Promise<Outcome<Result>>): Promise<Outcome<Result>> {
    const startedAt = this.#clock.now();
    try {
      const outcome = await this.#rate.around(call, send);
      this.#limit.succeeded();
      this.recovered();
      return outcome;
    } catch (error) {
      if (error instanceof EndpointError) this.#observe(error, startedAt);
      throw error;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** It answered. */
  recovered(): void {
    this.#answers += 1;
    this.#failuresInARow = 0;
    this.#latest = null;
    this.#restsUntil = Number.NEGATIVE_INFINITY;
  }

  #observe(error: EndpointError, startedAt: number): void {
    // The request's own fault says nothing about the replica.
    if (error.failure === 'rejected' && !error.stopsEndpoint) return;
    this.#latest = error;
    const neverAnswered = this.#answers === 0 && AMBIGUOUS.has(error.failure);
    if (error.stopsEndpoint || neverAnswered) {
      this.#isDead = true;
      return;
    }
    if (error.failure === 'rate-limited') this.#limit.throttled(startedAt, this.#clock.now());
    this.#failuresInARow += 1;
    const isUnclear = error.failure === 'unreadable' || AMBIGUOUS.has(error.failure);
    if (isUnclear && this.#failuresInARow < UNREADABLE_IN_A_ROW) return;
    const asked = (error.retryAfterSeconds ?? 0) * 1000;
    const rest = Math.min(LONGEST_REST, FIRST_REST * 2 ** (this.#failuresInARow - 1));
    this.#restsUntil = Math.max(this.#restsUntil, this.#clock.now() + Math.max(asked, rest));
  }
}
