import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { EndpointError } from '../../errors.ts';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../record/json.ts';
import type { Answer, ChatOptions, ChatRequest, Choice, Endpoint, GenerationParameters } from '../endpoint.ts';
import { withUsage } from '../embeddings.ts';
import type { NamedProfile } from '../profile.ts';
import { answerRequest } from './answerRequest.ts';
import { embedText } from './embedText.ts';
import { randomFrom } from './randomness.ts';
import { rewardScores } from './rewardScores.ts';

/** Waits, or ends early when the signal is aborted (rejecting then is allowed as well). */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export interface SampleEndpointDependencies {
  /** Default: a timer. */
  readonly sleep?: Sleep;
}

/** Tokens per word of English, roughly. */
const TOKENS_PER_WORD = 1.3;
/** Into how many pieces an answer is cut when it streams. */
const CHUNKS = 10;
const MODELS: readonly string[] = ['sample-chat', 'sample-reward', 'sample-embedding'];

/**
 * The built-in endpoint: no network, no key, no model. It recognises from a prompt's own words what is asked for and
 * composes an answer of word banks and of the words of the document. Every text ends with the mark `(sample)`.
 *
 * Answers depend on the profile's seed and the request alone. A model whose name holds `reward` answers with scores.
 * Latency, passing faults and unreadable answers are drawn from the same hash (`sample` in the profile); a request that
 * failed can succeed when it is sent again.
 */
export function createSampleEndpoint(named: NamedProfile, dependencies: SampleEndpointDependencies = {}): Endpoint {
  const { name, profile } = named;
  const { seed = 0, latency_ms = 0, fault_rate = 0, garbage_rate = 0 } = profile.sample ?? {};
  const sleep = dependencies.sleep ?? sleepOnTimer;
  // Requests whose last try failed, with the number of tries; gone when one succeeds.
  const failedTries = new Map<string, number>();

  const failNowAndThen = (hash: string): void => {
    if (fault_rate === 0) return;
    const tries = failedTries.get(hash) ?? 0;
    const random = randomFrom(`fault ${tries} ${hash}`);
    if (random.next() >= fault_rate) {
      failedTries.delete(hash);
      return;
    }
    failedTries.set(hash, tries + 1);
    throw random.next() < 0.5
      ? new EndpointError(name, 'server', 'the sample endpoint failed as its profile asks for (fault_rate)', {
          status: 500,
        })
      : new EndpointError(name, 'rate-limited', 'the sample endpoint is busy, as its profile asks for (fault_rate)', {
          status: 429,
          retryAfterSeconds: Math.max(0.02, latency_ms / 1000),
        });
  };

  /** Waits as long as this request takes: evenly between half and one and a half times the mean. */
  const takeTime = async (hash: string, signal: AbortSignal | undefined, share = 1): Promise<void> => {
    signal?.throwIfAborted();
    // Without a delay of its own, it still lets timers, files and cancellation have their turn.
    if (latency_ms === 0) await setImmediate();
    else await sleep(latency_ms * (0.5 + randomFrom(`latency ${hash}`).next()) * share, signal);
    signal?.throwIfAborted();
  };

  const answer = (request: ChatRequest, hash: string): Answer => {
    const { messages, model, generation } = request;
    const seeds = Array.from({ length: Math.max(1, generation.n ?? 1) }, (_, index) => `choice ${index} ${hash}`);
    const prompt = messages.reduce((sum, { content }) => sum + countTokens(content), 0);
    const choices = model.includes('reward')
      ? seeds.map((choice) => rewardChoice(rewardScores(messages, randomFrom(choice))))
      : answerRequest(
          messages,
          seeds.map((choice) => ({ seed: choice, garbage: randomFrom(`garbage ${choice}`).next() < garbage_rate })),
          schemaWished(generation.extra),
        ).map((text) => cut(text, generation));
    const completion = choices.reduce((sum, { text }) => sum + countTokens(text), 0);
    return { choices, model, usage: { prompt, completion } };
  };

  return {
    name,
    identity: profile.identity ?? `sample:${seed}${garbage_rate === 0 ? '' : `:garbage=${garbage_rate}`}`,
    body: requestBody,
    async chat(request: ChatRequest, options: ChatOptions = {}): Promise<Answer> {
      const { signal, onChunk } = options;
      const hash = hashOf(seed, requestBody({ ...request, generation: withoutTransport(request.generation) }));
      await takeTime(hash, signal, onChunk === undefined ? 1 : 0.3);
      failNowAndThen(hash);
      const made = answer(request, hash);
      if (onChunk !== undefined) {
        for (const chunk of chunksOf(made.choices[0]?.text ?? '')) {
          await takeTime(hash, signal, 0.7 / CHUNKS);
          onChunk(chunk);
        }
      }
      return made;
    },
    async models(signal?: AbortSignal): Promise<readonly string[]> {
      await takeTime('models', signal);
      return MODELS;
    },
    async embed(model: string, texts: readonly string[], options: ChatOptions = {}) {
      const hash = hashOf(seed, { model, input: texts });
      await takeTime(hash, options.signal);
      failNowAndThen(hash);
      const prompt = texts.reduce((sum, text) => sum + countTokens(text), 0);
      return withUsage(texts.map(embedText), { prompt, completion: 0 });
    },
    close: () => Promise.resolve(),
  };
}

function requestBody({ model, messages, generation }: ChatRequest): JsonObject {
  const { extra, ...parameters } = generation;
  const body: Record<string, Json> = {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
  };
  for (const [name, value] of Object.entries({ ...parameters, ...extra })) body[name] = value;
  return body;
}

/** The schema of `response_format`, where the request has one. */
function schemaWished(extra: JsonObject | undefined): JsonObject | undefined {
  const format = extra?.['response_format'];
  const named = isJsonObject(format) ? format['json_schema'] : undefined;
  const schema = isJsonObject(named) ? named['schema'] : undefined;
  return isJsonObject(schema) ? schema : undefined;
}

/** How many choices there are and how they arrive changes none of them. */
function withoutTransport(generation: GenerationParameters): GenerationParameters {
  const { n: _n, stream: _stream, ...rest } = generation;
  return rest;
}

function hashOf(seed: number, body: JsonObject): string {
  return createHash('sha256').update(`${seed} `).update(canonicalJson(body)).digest('hex');
}

/** Ends a text where a stop word or the limit of tokens ends it. */
function cut(text: string, { stop, max_tokens }: GenerationParameters): Choice {
  let rest = text;
  for (const word of typeof stop === 'string' ? [stop] : (stop ?? [])) {
    const at = word === '' ? -1 : rest.indexOf(word);
    if (at !== -1) rest = rest.slice(0, at);
  }
  if (max_tokens === undefined || countTokens(rest) <= max_tokens) return { text: rest, finishReason: 'stop' };
  const words = Math.max(1, Math.floor(max_tokens / TOKENS_PER_WORD));
  let end = 0;
  for (const match of rest.matchAll(/\S+/gu)) {
    end += 1;
    if (end === words) return { text: rest.slice(0, match.index + match[0].length), finishReason: 'length' };
  }
  return { text: rest, finishReason: 'length' };
}

/** Both forms in which services return scores: as log probabilities, and as text. */
function rewardChoice(scores: Readonly<Record<string, number>>): Choice {
  const text = Object.entries(scores)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');
  return { text, finishReason: 'stop', scores };
}

function countTokens(text: string): number {
  let words = 0;
  let inWord = false;
  for (let index = 0; index < text.length; index += 1) {
    const isBlank = text.charCodeAt(index) <= 0x20;
    if (!isBlank && !inWord) words += 1;
    inWord = !isBlank;
  }
  return Math.ceil(words * TOKENS_PER_WORD);
}

function chunksOf(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / CHUNKS));
  const chunks: string[] = [];
  for (let start = 0; start < text.length; start += size) chunks.push(text.slice(start, start + size));
  return chunks;
}

function sleepOnTimer(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end, { once: true });
  });
}
