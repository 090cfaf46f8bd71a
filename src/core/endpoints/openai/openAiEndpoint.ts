import { EndpointError } from '../../errors.ts';
import type { JsonObject } from '../../record/json.ts';
import { parseJson } from '../../record/json.ts';
import { asError } from '../abortReason.ts';
import type { Answer, ChatOptions, ChatRequest, EmbedOptions, Endpoint } from '../endpoint.ts';
import type { FetchFunction } from '../httpFetch.ts';
import type { NamedProfile } from '../profile.ts';
import { chatBody } from './chatBody.ts';
import { createFailures } from './failures.ts';
import { Exchange, OpenAiClient } from './openAiClient.ts';
import { readRateHeaders } from './rateHeaders.ts';
import { readAnswer, readEmbeddingUsage } from './readAnswer.ts';
import type { Unreadable } from './readAnswer.ts';
import { readModels, readVectors } from './readLists.ts';
import { requestHeaders } from './requestHeaders.ts';
import { createScrubber } from './secret.ts';
import { gatherAnswer } from './streamedAnswer.ts';

export interface OpenAiDeps {
  readonly fetch: FetchFunction;
  /** Milliseconds since the epoch, for `Retry-After` given as a date. Default: the machine's. */
  readonly wallClock?: () => number;
}

/** What one request is about. */
interface Errand<Result> {
  readonly path: string;
  readonly body?: JsonObject;
  readonly model?: string;
  readonly options: ChatOptions;
  /** Reads what the package made of the answer: parsed JSON, or pieces. */
  read(received: unknown, exchange: Exchange): Result | Unreadable | Promise<Result | Unreadable>;
}

/**
 * Any service that speaks OpenAI's protocol: chat completions, embeddings and the list of models, through the `openai`
 * package. Its own retries are off. Whatever goes wrong comes out as an `EndpointError` that names endpoint and address and
 * never holds the key, not even when the service echoes it.
 */
export function createOpenAiEndpoint(named: NamedProfile, deps: OpenAiDeps): Endpoint {
  const { name, profile } = named;
  const key = profile.auth === 'none' ? undefined : named.key?.trim();
  const { base, query } = splitBase(name, profile.base_url, profile.query);
  const scrub = createScrubber(key);
  const timeoutMilliseconds = profile.timeout_s * 1000;
  const client = new OpenAiClient({
    baseUrl: base,
    headers: requestHeaders(name, profile, key),
    timeoutMilliseconds,
    fetch: deps.fetch,
  });

  const failures = createFailures({
    name,
    timeoutSeconds: profile.timeout_s,
    hasKey: key !== undefined && key !== '',
    scrub,
    wallClock: deps.wallClock ?? Date.now,
  });

  async function perform<Result extends object>(errand: Errand<Result>): Promise<Result> {
    const { body, options } = errand;
    const { signal } = options;
    const isAborted = (): boolean => signal?.aborted === true;
    if (isAborted()) throw asError(signal?.reason);
    const url = base + errand.path;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const exchange = new Exchange(url + query, text, body?.['stream'] === true, timeoutMilliseconds, signal);
    const request = { exchange, url, model: errand.model };
    try {
      const result = await errand.read(await client.exchange(exchange), exchange);
      if (!('problem' in result)) return result;
      if (exchange.timedOut || isAborted()) throw new Error('The stream ended early');
      throw await failures.unreadable(result.problem, request);
    } catch (error) {
      if (error instanceof EndpointError) throw error;
      if (isAborted()) throw asError(signal?.reason);
      throw await failures.translate(error, request);
    } finally {
      exchange.finish();
      if (options.onHeaders !== undefined && exchange.response !== undefined) {
        const headers = readRateHeaders(exchange.response.headers);
        if (headers !== undefined) options.onHeaders(headers);
      }
    }
  }

  function clean(answer: Answer): Answer {
    if (!scrub.minds(answer)) return answer;
    return {
      ...answer,
      model: scrub.answer(answer.model),
      choices: answer.choices.map((choice) => ({
        ...choice,
        text: scrub.answer(choice.text),
        ...(choice.reasoning === undefined ? {} : { reasoning: scrub.answer(choice.reasoning) }),
        ...(choice.refusal === undefined ? {} : { refusal: scrub.answer(choice.refusal) }),
      })),
    };
  }

  const body = (request: ChatRequest): JsonObject => chatBody(request, profile.max_tokens_field);
  return {
    name,
    identity: profile.identity ?? `openai ${base}${query}`,
    body,
    async chat(request, options = {}) {
      const answer = await perform({
        path: '/chat/completions',
        body: body(request),
        model: request.model,
        options,
        read: (received, exchange) =>
          exchange.streams && isPieces(received)
            ? gatherAnswer(noting(received, exchange), request.model, options.onChunk)
            : readWhole(received, (value) => readAnswer(value, request.model)),
      });
      return clean(answer);
    },
    async models(signal) {
      const errand = { path: '/models', options: signal === undefined ? {} : { signal } };
      return perform({ ...errand, read: (received) => readWhole(received, readModels) });
    },
    async embed(model: string, texts: readonly string[], options: EmbedOptions = {}) {
      if (texts.length === 0) return [];
      return perform({
        path: '/embeddings',
        body: { model, input: texts, encoding_format: 'float', ...options.extra },
        model,
        options,
        read: (received) =>
          readWhole(received, (value) => {
            options.onUsage?.(readEmbeddingUsage(value));
            return readVectors(value, texts.length);
          }),
      });
    },
    // The sockets belong to whoever made the fetch.
    close: () => Promise.resolve(),
  };
}

/** The package leaves a body as text when its type is not JSON; some services do not say so although it is. */
function readWhole<Result>(received: unknown, read: (value: unknown) => Result | Unreadable): Result | Unreadable {
  if (typeof received !== 'string')
    return received === undefined || received === null ? { problem: 'is empty' } : read(received);
  const value = parseJson(received);
  if (value !== undefined) return read(value);
  return { problem: /^\s*</u.test(received) ? 'is a web page, not JSON' : 'is not JSON' };
}

function isPieces(received: unknown): received is AsyncIterable<unknown> {
  return typeof received === 'object' && received !== null && Symbol.asyncIterator in received;
}

/** Every piece shows that the service is at work. */
async function* noting(pieces: AsyncIterable<unknown>, exchange: Exchange): AsyncGenerator<unknown, void, undefined> {
  for await (const piece of pieces) {
    exchange.progress();
    yield piece;
  }
}

/** Address without its trailing slash, and the query of the profile and of the address itself. */
function splitBase(
  name: string,
  baseUrl: string | undefined,
  query: Readonly<Record<string, string>>,
): { base: string; query: string } {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) {
    throw new EndpointError(name, 'not-found', `Endpoint ${name} has no base URL.`, { stopsEndpoint: true });
  }
  const url = new URL(baseUrl);
  for (const [field, value] of Object.entries(query)) url.searchParams.set(field, value);
  return { base: url.origin + url.pathname.replace(/\/+$/u, ''), query: url.search };
}
