import { EndpointError } from '../../errors.ts';
import { asError } from '../abortReason.ts';
import type { ChatOptions } from '../endpoint.ts';
import type { FetchFunction } from '../httpFetch.ts';
import type { NamedProfile } from '../profile.ts';
import { createFailures, type Failures } from './failures.ts';
import type { Exchange } from './openAiClient.ts';
import { readRateHeaders } from './rateHeaders.ts';
import type { Unreadable } from './readAnswer.ts';
import { requestHeaders } from './requestHeaders.ts';
import { createScrubber, type Scrubber } from './secret.ts';
import { splitBase } from './splitBase.ts';

export interface ServiceDeps {
  readonly fetch: FetchFunction;
  /** Milliseconds since the epoch, for `Retry-After` given as a date. Default: the machine's. */
  readonly wallClock?: () => number;
}

/** What every request to a service over HTTP needs of its profile, whatever protocol it speaks. */
export interface ServiceAccess {
  /** Address without its trailing slash, and the query that belongs to every request. */
  readonly base: string;
  readonly query: string;
  /** With the key's among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
  readonly scrub: Scrubber;
  readonly failures: Failures;
}

/** @throws EndpointError when there is no address, or the key cannot be sent */
export function openAccess(named: NamedProfile, deps: ServiceDeps): ServiceAccess {
  const { name, profile } = named;
  const key = profile.auth === 'none' ? undefined : named.key?.trim();
  const scrub = createScrubber(key);
  return {
    ...splitBase(name, profile.base_url, profile.query),
    headers: requestHeaders(name, profile, key),
    timeoutMilliseconds: profile.timeout_s * 1000,
    scrub,
    failures: createFailures({
      name,
      timeoutSeconds: profile.timeout_s,
      hasKey: key !== undefined && key !== '',
      scrub,
      wallClock: deps.wallClock ?? Date.now,
    }),
  };
}

/** What is known of a request that is carried out. */
export interface ExchangeContext {
  /** Address without the query. */
  readonly url: string;
  readonly model: string | undefined;
  readonly options: Pick<ChatOptions, 'signal' | 'onHeaders'>;
  readonly failures: Failures;
}

/**
 * Carries one exchange out and ends it, whatever comes of it.
 *
 * @throws EndpointError for everything that goes wrong; the signal's reason when it is aborted
 */
export async function carryOut<Result extends object>(
  exchange: Exchange,
  { url, model, options, failures }: ExchangeContext,
  act: () => Promise<Result | Unreadable>,
): Promise<Result> {
  const { signal, onHeaders } = options;
  const isAborted = (): boolean => signal?.aborted === true;
  const request = { exchange, url, model };
  try {
    const result = await act();
    if (!('problem' in result)) return result;
    if (exchange.timedOut || isAborted()) throw new Error('The stream ended early');
    throw await failures.unreadable(result.problem, request);
  } catch (error) {
    if (error instanceof EndpointError) throw error;
    if (isAborted()) throw asError(signal?.reason);
    throw await failures.translate(error, request);
  } finally {
    exchange.finish();
    if (onHeaders !== undefined && exchange.response !== undefined) {
      const headers = readRateHeaders(exchange.response.headers);
      if (headers !== undefined) onHeaders(headers);
    }
  }
}
