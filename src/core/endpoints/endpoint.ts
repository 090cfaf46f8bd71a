import type { EndpointError } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import type { Place } from '../record/key.ts';
import type { BatchService } from './batch.ts';
import type { Embeddings } from './embeddings.ts';

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * How a model should answer, under the names of the OpenAI protocol. Only what is set is sent; `extra` is merged
 * into the body as it is (`top_k`, `reasoning_effort`, `chat_template_kwargs` …).
 */
export interface GenerationParameters {
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  /** Number of choices, at least 1. */
  readonly n?: number;
  readonly seed?: number;
  readonly stop?: string | readonly string[];
  readonly stream?: boolean;
  readonly extra?: JsonObject;
}

/** A question to a model, before an endpoint puts it into its own protocol. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly generation: GenerationParameters;
}

/** One of the answers to a request. */
export interface Choice {
  /** The answer as the service gave it, reasoning included where the service put it there. */
  readonly text: string;
  /** `reasoning_content` (or `reasoning`) where the service returns it apart. */
  readonly reasoning?: string;
  /** `stop`, `length`, `content_filter` or whatever the service says; null when it says nothing. */
  readonly finishReason: string | null;
  /** The protocol's `refusal` field. */
  readonly refusal?: string;
  /** Reward models: token → logprob, from `logprobs.content`. */
  readonly scores?: Readonly<Record<string, number>>;
}

/** What a service answered, at least one choice (or the vector of a text), with what it counted. */
export interface Answer {
  readonly choices: readonly Choice[];
  /** The model the service says it used. */
  readonly model: string;
  /** Tokens as the service counts them; null where it says nothing. */
  readonly usage: { readonly prompt: number; readonly completion: number } | null;
  /** Of a text to embed; there are no choices then. */
  readonly vector?: readonly number[];
}

/** Told while an answer streams. */
export type ChunkListener = (text: string) => void;

/** What the headers of an answer say of the service's limits, where they say anything. */
export interface RateHeaders {
  readonly remainingRequests?: number;
  readonly remainingTokens?: number;
  readonly resetRequestsSeconds?: number;
  readonly resetTokensSeconds?: number;
}

/** What a caller may hand along with a request. */
export interface ChatOptions {
  /** Aborts the request and its socket. */
  readonly signal?: AbortSignal;
  /** Ends a request that waits for a slot, a rate limit or a retry; one that is being answered goes on. */
  readonly admission?: AbortSignal;
  readonly onChunk?: ChunkListener;
  /** Told when the request goes out (true) and when it has ended (false), at every attempt. Must not throw. */
  readonly onWire?: (isOnWire: boolean) => void;
  /**
   * Given the answer before its slot is free again, so that there are never more answers on their way to safety than
   * there are slots. What it throws, the caller gets. `milliseconds`: from sending to the whole answer.
   */
  readonly keep?: (answer: Answer, milliseconds: number) => Promise<void>;
  /**
   * Told of every attempt that went out and failed, with the tokens that a budget is charged for it: none where the service
   * had no work, else the most the request could take. Must not throw.
   */
  readonly onFailed?: (charged: { readonly prompt: number; readonly completion: number }) => void;
  /**
   * Asked by an endpoint that is about to send the request once more by itself (a pool, to another replica): the one that
   * failed counts, and the next needs room in the budget, too. @throws BudgetReachedError, the signal's reason
   */
  readonly beforeAgain?: (failed: EndpointError) => Promise<void>;
  readonly onHeaders?: (headers: RateHeaders) => void;
  /** Who goes first when slots are scarce: the smallest place in output order. Default: after everything that has one. */
  readonly place?: Place;
}

/** What a caller may hand along with texts to embed. */
export interface EmbedOptions extends ChatOptions {
  /** Merged into the body as it is (`input_type`, `truncate`, `dimensions` …). */
  readonly extra?: JsonObject;
}

/**
 * One connection to a model service. Implementations are stateless towards the caller; retries, limits, budgets and
 * recording wrap this interface and know nothing of the kind inside.
 */
export interface Endpoint {
  /** The profile's name, for messages and reports. */
  readonly name: string;
  /** What counts as "the same service" when answers are reused: kind and base URL, or the profile's `identity`. */
  readonly identity: string;
  /** The body exactly as it would be sent; it is hashed, journalled and shown. It never holds a key. */
  body(request: ChatRequest): JsonObject;
  /**
   * Asks once. Resolves with at least one choice.
   *
   * @throws EndpointError for everything the service or the network does wrong
   * @throws the signal's reason when it is aborted
   */
  chat(request: ChatRequest, options?: ChatOptions): Promise<Answer>;
  /** Names of the models the service offers; empty where the protocol has no such list. */
  models(signal?: AbortSignal): Promise<readonly string[]>;
  /** Vectors for the texts, in their order. @throws EndpointError where the kind has no embeddings */
  embed(model: string, texts: readonly string[], options?: EmbedOptions): Promise<Embeddings>;
  /**
   * Whether the service is ready, where its protocol has a question for that (or it is a pool of several).
   *
   * @throws EndpointError that says in plain words what is not
   */
  ready?(signal?: AbortSignal): Promise<void>;
  /** Where the service takes requests by the file as well. */
  readonly batch?: BatchService;
  /** Releases sockets. */
  close(): Promise<void>;
}
