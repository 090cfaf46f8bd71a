import type { Endpoint } from '../endpoints/endpoint.ts';
import { EndpointError } from '../errors.ts';
import type { EndpointFailure } from '../errors.ts';
import type { Call, Layer, Outcome, Send } from './around.ts';
import { createBreaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import { waitSignal } from './waiting.ts';

/** The layer that knows whether it makes sense to ask the endpoint at all. */
export interface Health extends Layer {
  /** Why the endpoint is not asked any more; null while it is. */
  readonly stopped: EndpointError | null;
  /** Something worth telling while the service is waited for; null otherwise. */
  readonly notice: string | null;
  /**
   * What becomes of a request after a failed attempt: null to send it again, or the error that is final.
   *
   * @param exhausted whether it has been sent as often as it may
   * @param begun when its first attempt began
   */
  judge(error: EndpointError, exhausted: boolean, begun: number): EndpointError | null;
}

export interface HealthOptions {
  /** How long the endpoint may be out of reach before it is given up, when it has answered before. */
  readonly patienceSeconds: number;
  /** The same for an endpoint that has never answered. */
  readonly firstContactSeconds: number;
  /** Whether the endpoint is known to work, so that refusals are the requests' own fault. */
  readonly isProven: boolean;
  /** Called once, when the endpoint is stopped. */
  readonly onStop: (error: EndpointError) => void;
}

/** So many refusals of a kind in a row, or so many requests given up in a row, are the endpoint's fault. */
const IN_A_ROW = 5;
/** Refusals that are about one request or about all of them: moderation or access, a model's quirk or a wrong address. */
const AMBIGUOUS: ReadonlySet<EndpointFailure> = new Set(['forbidden', 'not-found']);
/**
 * So many refusals with the same status, and never an answer: what is refused then is not a record but how it is asked (a
 * parameter that the service does not know, a template that it does not take).
 */
export const REFUSED_ALIKE = 20;
/** Failures of which nothing is known to have reached the service. */
const SILENT: ReadonlySet<EndpointFailure> = new Set(['unreachable', 'timeout']);

/**
 * Stops the endpoint when every further request would fail (key refused, quota used up, unknown model; a 403 or 404 as the
 * first answer or the fifth in a row; the first twenty requests all refused with one status; five requests in a row given up
 * after all their retries), and holds requests back while the service is out of reach. Once stopped, every request fails at once with the error that stopped it.
 */
export function createHealth(endpoint: Endpoint, options: HealthOptions, clock: Clock, halt: AbortSignal): Health {
  let stopped: EndpointError | null = null;
  let answers = 0;
  let refusalsInARow = 0;
  let givenUpInARow = 0;
  let isProven = options.isProven;
  let refusedAlike = 0;
  let refusedWith: number | undefined;
  let lastSign = Number.NEGATIVE_INFINITY;

  function stop(error: EndpointError, message: string = error.message): EndpointError {
    if (stopped === null) {
      stopped = error.stopsEndpoint ? error : stopping(error, message);
      options.onStop(stopped);
    }
    return stopped;
  }

  const breaker = createBreaker(endpoint, { patienceSeconds: () => patience(), giveUp: stop }, clock, halt);

  function patience(): number {
    return answers === 0 ? Math.min(options.firstContactSeconds, options.patienceSeconds) : options.patienceSeconds;
  }

  function signOfLife(): void {
    lastSign = clock.now();
    breaker.reached();
  }

  function observeSuccess(): void {
    answers += 1;
    isProven = true;
    refusalsInARow = 0;
    givenUpInARow = 0;
    signOfLife();
  }

  function observeFailure(error: EndpointError): void {
    if (error.failure === 'unreachable') breaker.failed(error);
    if (SILENT.has(error.failure)) return;
    const first = answers === 0;
    answers += 1;
    signOfLife();
    refusalsInARow = AMBIGUOUS.has(error.failure) ? refusalsInARow + 1 : 0;
    if (error.stopsEndpoint || (AMBIGUOUS.has(error.failure) && (first || refusalsInARow >= IN_A_ROW))) stop(error);
    observeRefusal(error);
    const asked = error.retryAfterSeconds ?? 0;
    if (asked > options.patienceSeconds) {
      stop(error, `${error.message} It asks to wait ${Math.ceil(asked)} s, which is longer than a run waits.`);
    }
  }

  function observeRefusal(error: EndpointError): void {
    if (isProven || error.retryable) return;
    refusedAlike = error.status === refusedWith ? refusedAlike + 1 : 1;
    refusedWith = error.status;
    if (refusedAlike < REFUSED_ALIKE) return;
    const what = `The first ${refusedAlike} requests were all refused like this, so the others are not sent.`;
    stop(error, `${error.message} ${what} Put it right, then resume with --retry-failed to ask those again, too.`);
  }

  return {
    get stopped() {
      return stopped;
    },
    get notice() {
      return breaker.notice;
    },
    judge(error, exhausted, begun) {
      if (stopped !== null) return stopped;
      if (!error.retryable) return error;
      if (!exhausted) return null;
      // Out of reach since this request began: that says nothing about the request. The breaker ends it.
      if (error.failure === 'unreachable' && lastSign < begun) return null;
      givenUpInARow += 1;
      if (givenUpInARow < IN_A_ROW) return error;
      return stop(
        error,
        `${error.message} (${givenUpInARow} requests in a row failed like this, each after all its retries.)`,
      );
    },
    async around<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>> {
      if (stopped !== null) throw stopped;
      if (breaker.open) await breaker.closed(waitSignal(call.options, halt));
      try {
        const outcome = await send(call.options);
        observeSuccess();
        return outcome;
      } catch (error) {
        if (error instanceof EndpointError) observeFailure(error);
        throw error;
      }
    },
  };
}

/** The same failure, as one that stops the endpoint. */
function stopping(error: EndpointError, message: string): EndpointError {
  const { endpoint, failure, status, retryAfterSeconds } = error;
  return new EndpointError(endpoint, failure, message, {
    status,
    retryAfterSeconds,
    stopsEndpoint: true,
    cause: error,
  });
}
