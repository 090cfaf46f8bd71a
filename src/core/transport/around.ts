import type { Answer, ChatOptions, ChatRequest, EmbedOptions, Endpoint } from '../endpoints/endpoint.ts';

/** Tokens of one request. */
export interface TokenCount {
  readonly prompt: number;
  readonly completion: number;
}

/** What a wrapper knows of the request that passes through it. */
export interface Call {
  /** The caller's own object. */
  readonly options: ChatOptions;
  /** The most tokens the request can take, as far as that can be told before it is sent. Worked out when it is asked for. */
  bound(): TokenCount;
}

/** What came back: the result for the caller, and the tokens the service counted (null: it did not say). */
export interface Outcome<Result> {
  readonly result: Result;
  readonly usage: TokenCount | null;
}

/** Sends the request on to whatever is wrapped. */
export type Send<Result> = (options: ChatOptions) => Promise<Outcome<Result>>;

/** One layer of the transport: decides when, how often and whether `send` is called. */
export interface Layer {
  around<Result>(call: Call, send: Send<Result>): Promise<Outcome<Result>>;
}

/**
 * An endpoint inside layers, the first the outermost. Only requests that cost something (`chat`, `embed`) pass through
 * them; `body` and `models` go straight to the endpoint.
 */
export function wrapEndpoint(inner: Endpoint, layers: readonly Layer[]): Endpoint {
  function through<Result>(
    depth: number,
    call: Call,
    options: ChatOptions,
    send: Send<Result>,
  ): Promise<Outcome<Result>> {
    const layer = layers[depth];
    if (layer === undefined) return send(options);
    const inside = options === call.options ? call : { options, bound: () => call.bound() };
    return layer.around(inside, (next) => through(depth + 1, inside, next, send));
  }

  return {
    name: inner.name,
    identity: inner.identity,
    body: (request) => inner.body(request),
    models: (signal) => inner.models(signal),
    close: () => inner.close(),
    ...(inner.batch === undefined ? {} : { batch: inner.batch }),

    async chat(request: ChatRequest, options: ChatOptions = {}): Promise<Answer> {
      const call: Call = { options, bound: () => chatBound(request) };
      const outcome = await through(0, call, options, async (sent): Promise<Outcome<Answer>> => {
        const sentAt = performance.now();
        sent.onWire?.(true);
        const answer = await inner.chat(request, sent).finally(() => sent.onWire?.(false));
        if (sent.keep !== undefined) await sent.keep(answer, performance.now() - sentAt);
        return { result: answer, usage: answer.usage };
      });
      return outcome.result;
    },

    async embed(model: string, texts: readonly string[], options: EmbedOptions = {}) {
      const bound: TokenCount = { prompt: textBound(texts), completion: 0 };
      const call: Call = { options, bound: () => bound };
      const outcome = await through(0, call, options, async (sent) => {
        sent.onWire?.(true);
        const vectors = await inner.embed(model, texts, { ...options, ...sent }).finally(() => sent.onWire?.(false));
        return { result: vectors, usage: vectors.usage ?? null };
      });
      return outcome.result;
    },
  };
}

/** Tokens assumed for an answer whose request sets no limit. */
const UNLIMITED_ANSWER = 4096;
/** What chat templates add around the turns and around each turn, generously. */
const TOKENS_PER_REQUEST = 64;
const TOKENS_PER_MESSAGE = 16;

/**
 * The most tokens a request can take. A token of the usual byte-level vocabularies stands for one byte of UTF-8 or
 * more, so the bytes of the prompt bound its tokens from above.
 */
export function chatBound(request: ChatRequest): TokenCount {
  const { generation, messages } = request;
  const prompt = textBound(messages.map((message) => message.content)) + TOKENS_PER_MESSAGE * messages.length;
  return { prompt, completion: (generation.max_tokens ?? UNLIMITED_ANSWER) * (generation.n ?? 1) };
}

export function textBound(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), TOKENS_PER_REQUEST);
}
