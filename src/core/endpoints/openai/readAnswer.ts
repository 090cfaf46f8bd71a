import { isJsonObject } from '../../record/json.ts';
import type { Answer, Choice } from '../endpoint.ts';

/** What is wrong with an answer, in words that follow "the answer". */
export interface Unreadable {
  readonly problem: string;
}

/** Reads a chat completion without trusting it. Written out by hand: it runs once a request. */
export function readAnswer(value: unknown, model: string): Answer | Unreadable {
  if (!isJsonObject(value)) return { problem: 'is not a JSON object' };
  const choices: unknown = value['choices'];
  if (!Array.isArray(choices)) return { problem: 'has no `choices`' };
  if (choices.length === 0) return { problem: 'has an empty list of `choices`' };
  const read: Choice[] = [];
  for (const entry of inOrder(choices)) {
    const choice = readChoice(entry);
    if ('problem' in choice) return choice;
    read.push(choice);
  }
  return {
    choices: read,
    model: typeof value['model'] === 'string' ? value['model'] : model,
    usage: readUsage(value['usage']),
  };
}

/** By their `index`, where every choice has one. */
function inOrder(choices: readonly unknown[]): readonly unknown[] {
  if (choices.length < 2) return choices;
  const indexOf = (choice: unknown): number =>
    isJsonObject(choice) && typeof choice['index'] === 'number' ? choice['index'] : Number.NaN;
  return choices.some((choice) => Number.isNaN(indexOf(choice)))
    ? choices
    : choices.toSorted((a, b) => indexOf(a) - indexOf(b));
}

function readChoice(value: unknown): Choice | Unreadable {
  if (!isJsonObject(value)) return { problem: 'has a choice that is no object' };
  const { message, finish_reason: finishReason } = value;
  const scores = readScores(value['logprobs']);
  if (!isJsonObject(message)) return { problem: 'has a choice without a `message`' };
  const text = readContent(message['content']);
  if (text === null) return { problem: 'has a message whose `content` is no text' };
  const reasoning = message['reasoning_content'] ?? message['reasoning'];
  const refusal = message['refusal'];
  return {
    text,
    finishReason: typeof finishReason === 'string' ? finishReason : null,
    ...(typeof reasoning === 'string' && reasoning !== '' ? { reasoning } : {}),
    ...(typeof refusal === 'string' && refusal !== '' ? { refusal } : {}),
    ...(scores === undefined ? {} : { scores }),
  };
}

/** Text, nothing (a refusal, a cut-off thought), or a list of parts of which the texts count. */
function readContent(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) return null;
  const parts: string[] = [];
  for (const part of content as readonly unknown[]) {
    if (isJsonObject(part) && typeof part['text'] === 'string') parts.push(part['text']);
  }
  return parts.join('');
}

/** Token → logprob, where the service gives them for the answer's tokens; of a token that comes twice the first counts. */
export function readScores(logprobs: unknown): Record<string, number> | undefined {
  if (!isJsonObject(logprobs)) return undefined;
  const content: unknown = logprobs['content'];
  if (!Array.isArray(content)) return undefined;
  const scores = new Map<string, number>();
  for (const entry of content as readonly unknown[]) {
    if (!isJsonObject(entry)) continue;
    const { token, logprob } = entry;
    if (typeof token === 'string' && typeof logprob === 'number' && !scores.has(token)) scores.set(token, logprob);
  }
  return Object.fromEntries(scores);
}

/** Tokens as counted by the service; null where it does not say both. */
export function readUsage(usage: unknown): Answer['usage'] {
  if (!isJsonObject(usage)) return null;
  const { prompt_tokens: prompt, completion_tokens: completion } = usage;
  return isCount(prompt) && isCount(completion) ? { prompt, completion } : null;
}

/** Tokens of texts that were embedded: nothing is completed, and some services say so by leaving it out. */
export function readEmbeddingUsage(value: unknown): Answer['usage'] {
  const usage: unknown = isJsonObject(value) ? value['usage'] : undefined;
  const prompt: unknown = isJsonObject(usage) ? (usage['prompt_tokens'] ?? usage['total_tokens']) : undefined;
  return isCount(prompt) ? { prompt, completion: 0 } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
