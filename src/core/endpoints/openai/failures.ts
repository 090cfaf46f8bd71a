import OpenAI from 'openai';
import { EndpointError } from '../../errors.ts';
import { BodyTooLargeError } from '../httpFetch.ts';
import { ServiceRefusal } from './openAiClient.ts';
import type { Exchange } from './openAiClient.ts';
import { describeNetworkError } from './networkFailure.ts';
import { readRetryAfter } from './rateHeaders.ts';
import { describeRefusal, readRefusalBody, type Refusal, type RefusalBody, type RefusedRequest } from './refusal.ts';
import type { Scrubber } from './secret.ts';

/** What is known of a request that failed. */
export interface FailedRequest {
  readonly exchange: Exchange;
  /** Address without the query, which may hold what is nobody's business. */
  readonly url: string;
  readonly model: string | undefined;
}

/** Turns whatever went wrong into an `EndpointError` in plain words, without the key. */
export interface Failures {
  /** An error that the package, the fetch or the network threw. */
  translate(error: unknown, request: FailedRequest): Promise<EndpointError>;
  /** An answer that arrived and is none. @param problem in words that follow "the answer" */
  unreadable(problem: string, request: FailedRequest): Promise<EndpointError>;
  /** What a request was refused with that did not travel by itself (in a batch). */
  refusal(status: number, payload: unknown, about: Pick<FailedRequest, 'model' | 'url'>): EndpointError;
  /** Any other failure. @param message follows the endpoint's name and has no end */
  of(failure: EndpointError['failure'], message: string): EndpointError;
}

export interface FailureOptions {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly hasKey: boolean;
  readonly scrub: Scrubber;
  readonly wallClock: () => number;
}

const EXCERPT_LENGTH = 240;

export function createFailures(options: FailureOptions): Failures {
  const { name, timeoutSeconds, hasKey, scrub, wallClock } = options;

  function failed(
    failure: EndpointError['failure'],
    message: string,
    details: { status?: number | undefined; retryAfterSeconds?: number | undefined } = {},
  ): EndpointError {
    // The cause stays behind: the errors of the package may carry the request, and with it the key.
    return new EndpointError(name, failure, `Endpoint ${name}: ${scrub.message(message)}.`, details);
  }

  function excerptOf(text: string): string {
    // The key goes first: cut off in the middle it could no longer be found.
    const flat = scrub.message(text).replaceAll(/\s+/gu, ' ').trim().replace(/\.$/u, '');
    return flat.length <= EXCERPT_LENGTH ? flat : `${flat.slice(0, EXCERPT_LENGTH)}…`;
  }

  function refused(refusal: ServiceRefusal, { exchange, url, model }: FailedRequest): EndpointError {
    const headers = exchange.response?.headers;
    const status = exchange.response?.status ?? 0;
    const body = readRefusalBody(refusal.payload, refusal.text);
    const told = describe(status, body, { url, model, location: headers?.get('location') ?? null });
    const retryAfterSeconds = headers === undefined ? undefined : readRetryAfter(headers, wallClock);
    return failed(told.failure, told.message, { status, retryAfterSeconds });
  }

  function describe(status: number, body: RefusalBody, about: Omit<RefusedRequest, 'hasKey'>): Refusal {
    return describeRefusal(status, { ...body, message: excerptOf(body.message) }, { ...about, hasKey });
  }

  async function unreadable(problem: string, { exchange, url }: FailedRequest): Promise<EndpointError> {
    const text = await exchange.response?.text().catch(() => '');
    const excerpt = text === undefined || text === '' ? '' : `: ${excerptOf(text)}`;
    return failed('unreadable', `the answer from ${url} ${problem}${excerpt}`, { status: exchange.response?.status });
  }

  return {
    unreadable,
    of: (failure, message) => failed(failure, message),
    refusal(status, payload, about) {
      const text = typeof payload === 'string' ? payload : undefined;
      const told = describe(status, readRefusalBody(payload, text), { ...about, location: null });
      return failed(told.failure, told.message, { status });
    },
    async translate(error, request) {
      const { exchange, url } = request;
      const hasAnswered = exchange.response !== undefined;
      // The package watches the body with a timer of its own, set to the same limit.
      if (exchange.timedOut || (hasAnswered && error instanceof OpenAI.APIConnectionTimeoutError)) {
        return failed('timeout', `no complete answer from ${url} within ${timeoutSeconds} s`);
      }
      if (error instanceof ServiceRefusal) return refused(error, request);
      if (error instanceof BodyTooLargeError) return failed('unreadable', `${error.message} (${url})`);
      if (error instanceof SyntaxError) return unreadable('is not valid JSON', request);
      if (error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError)) {
        // An error that comes as a piece of a stream.
        return failed('server', `the service broke the answer off (${url}: ${excerptOf(error.message)})`);
      }
      const told = describeNetworkError(error, new URL(url).host, hasAnswered);
      return failed(told.failure, `${told.message} (${url})`);
    },
  };
}
