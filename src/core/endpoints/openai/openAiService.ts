import type { JsonObject } from '../../record/json.ts';
import { parseJson } from '../../record/json.ts';
import { asError } from '../abortReason.ts';
import type { Answer, ChatOptions, ChatRequest, EmbedOptions, Endpoint } from '../endpoint.ts';
import type { FetchFunction } from '../httpFetch.ts';
import { withUsage, type Embeddings } from '../embeddings.ts';
import type { NamedProfile } from '../profile.ts';
import { takeOutReasoning } from '../reasoning/takeOutReasoning.ts';
import { fitBody, waysOf, type FittedBody, type ServiceWays } from '../serviceWays.ts';
import { warnOnce, type WarningListener } from '../warnOnce.ts';
import { createBatchService } from './batchService.ts';
import { Exchange, OpenAiClient } from './openAiClient.ts';
import { readAnswer, type AnswerForm, type Unreadable } from './readAnswer.ts';
import { readEmbeddings, readModels } from './readLists.ts';
import { carryOut, openAccess, type ServiceDeps } from './serviceAccess.ts';
import { gatherAnswer } from './streamedAnswer.ts';

export interface OpenAiDeps extends ServiceDeps {
  /** How files travel; without it there are no batches. */
  readonly transfer?: FetchFunction | undefined;
  /** Told, once each, of what had to be changed in requests. */
  readonly onWarning?: WarningListener | undefined;
}

/** A request for an answer, as the two protocols have it. */
export interface Question {
  readonly path: string;
  /** Before the service's own ways are minded. */
  readonly body: JsonObject;
  readonly form: AnswerForm;
}

/** A service that speaks OpenAI's protocol, whichever of its questions is asked. */
export interface OpenAiService {
  /** Base URL and query: where it is. */
  readonly address: string;
  readonly ways: ServiceWays;
  /** The body as it is sent, minding the service's own ways. */
  fit(body: JsonObject, model: string): FittedBody;
  ask(question: Question, request: ChatRequest, options: ChatOptions): Promise<Answer>;
  models(signal?: AbortSignal): Promise<readonly string[]>;
  embed(model: string, texts: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
  /** The service's Batch API. @param chatUrl path that chat requests name in a file */
  batch(chatUrl: string, form: AnswerForm): Pick<Endpoint, 'batch'>;
}

/** What one request is about. */
interface Errand<Result> {
  readonly path: string;
  readonly body?: JsonObject;
  readonly model?: string;
  readonly options: ChatOptions;
  /** Reads what the package made of the answer: parsed JSON, or pieces. */
  readonly read: (received: unknown, exchange: Exchange) => Result | Unreadable | Promise<Result | Unreadable>;
}

/**
 * Any service that speaks OpenAI's protocol, through the `openai` package. Its own retries are off. Whatever goes wrong
 * comes out as an `EndpointError` that names endpoint and address and never holds the key, not even when the service echoes
 * it.
 */
export function createOpenAiService(named: NamedProfile, deps: OpenAiDeps): OpenAiService {
  const { name, profile } = named;
  const ways = waysOf(profile);
  const warn = warnOnce(name, deps.onWarning);
  const access = openAccess(named, deps);
  const { base, query, headers, timeoutMilliseconds, scrub, failures } = access;
  const client = new OpenAiClient({ baseUrl: base, headers, timeoutMilliseconds, fetch: deps.fetch });

  function fit(body: JsonObject, model: string): FittedBody {
    return fitBody(profile.mode === 'batch' ? withoutStream(body) : body, model, ways);
  }

  async function perform<Result extends object>({ path, body, model, options, read }: Errand<Result>): Promise<Result> {
    const { signal } = options;
    if (signal?.aborted === true) throw asError(signal.reason);
    const url = base + path;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const address = path.includes('?') ? url + query.replace('?', '&') : url + query;
    const exchange = new Exchange(address, text, body?.['stream'] === true, timeoutMilliseconds, signal);
    return carryOut(exchange, { url, model, options, failures }, async () =>
      read(await client.exchange(exchange), exchange),
    );
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

  function settle(answer: Answer): Answer {
    return takeOutReasoning(clean(answer), ways.reasoning);
  }

  return {
    address: base + query,
    ways,
    fit,
    async ask({ path, body: wanted, form }, request, options) {
      const { body, changes } = fit(wanted, request.model);
      for (const change of changes) warn(change);
      const answer = await perform({
        path,
        body,
        model: request.model,
        options,
        read: (received, exchange) =>
          exchange.streams && isPieces(received)
            ? gatherAnswer(noting(received, exchange), request.model, options.onChunk, form)
            : readWhole(received, (value) => readAnswer(value, request.model, form)),
      });
      return settle(answer);
    },
    batch: (chatUrl, form) =>
      deps.transfer === undefined
        ? {}
        : {
            batch: createBatchService({
              ...{ name, access, transfer: deps.transfer, settle, chatUrl, form },
              request: (path, body, options, read) =>
                perform({
                  path,
                  ...(body === undefined ? {} : { body }),
                  options,
                  read: (received) => readWhole(received, read),
                }),
            }),
          },
    async models(signal) {
      const errand = { path: '/models', options: signal === undefined ? {} : { signal } };
      return perform({ ...errand, read: (received) => readWhole(received, readModels) });
    },
    async embed(model, texts, options = {}) {
      if (texts.length === 0) return withUsage([], null);
      return perform({
        path: '/embeddings',
        body: { model, input: texts, encoding_format: 'float', ...options.extra },
        model,
        options,
        read: (received) => readWhole(received, (value) => readEmbeddings(value, texts.length)),
      });
    },
  };
}

/** Nothing in a batch is streamed; the same question asked by itself is the same question. */
function withoutStream(body: JsonObject): JsonObject {
  const { stream, stream_options: options, ...whole } = body;
  return stream === undefined && options === undefined ? body : whole;
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
