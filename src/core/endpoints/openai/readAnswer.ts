import { isJsonObject } from '../../record/json.ts';
import type { Answer, Choice } from '../endpoint.ts';

/** What is wrong with an answer, in words that follow "the answer". */
export interface Unreadable {
  readonly problem: string;
}

/** Whose answer it is: `message.content` of a chat completion, or `text` of a completion. */
export type AnswerForm = 'chat' | 'completion';

/** Reads a completion without trusting it. Written out by hand: it runs once a request. */
export function readAnswer(value: unknown, model: string, form: AnswerForm = 'chat'): Answer | Unreadable {
  if (!isJsonObject(value)) return { problem: 'is not a JSON object' };
  const choices: unknown = value['choices'];
  if (!Array.isArray(choices)) return { problem: 'has no `choices`' };
  if (choices.length === 0) return { problem: 'has an empty list of `choices`' };
  const read: Choice[] = [];
  for (const entry of inOrder(choices)) {
    const choice = form === 'chat' ? readChoice(entry) : readCompletion(entry);
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
  const content = readContent(message['content']);
  if (content === null) return { problem: 'has a message whose `content` is no text' };
  const { text } = content;
  const reasoning = message['reasoning_content'] ?? message['reasoning'] ?? content.thoughts;
  const refusal = message['refusal'];
  return {
    text,
    finishReason: typeof finishReason === 'string' ? finishReason : null,
    ...(typeof reasoning === 'string' && reasoning !== '' ? { reasoning } : {}),
    ...(typeof refusal === 'string' && refusal !== '' ? { refusal } : {}),
    ...(scores === undefined ? {} : { scores }),
  };
}

function readCompletion(value: unknown): Choice | Unreadable {
  if (!isJsonObject(value)) return { problem: 'has a choice that is no object' };
  const { text, finish_reason: finishReason } = value;
  if (typeof text !== 'string') return { problem: 'has a choice without a `text`' };
  return { text, finishReason: typeof finishReason === 'string' ? finishReason : null };
}

/** What a message says, and what was thought before it. */
interface Content {
  readonly text: string;
  readonly thoughts: string;
}

/**
 * Text, nothing (a refusal, a cut-off thought), or a list of parts: texts, and thoughts under `thinking` (Mistral's and
 * Anthropic's form). Other parts do not count.
 */
export function readContent(content: unknown): Content | null {
  if (typeof content === 'string') return { text: content, thoughts: '' };
  if (content === null || content === undefined) return { text: '', thoughts: '' };
  if (!Array.isArray(content)) return null;
  let [text, thoughts] = ['', ''];
  for (const part of content as readonly unknown[]) {
    if (!isJsonObject(part)) continue;
    const thinking: unknown = part['thinking'];
    if (thinking !== undefined) thoughts += readContent(thinking)?.text ?? '';
    else if (typeof part['text'] === 'string') text += part['text'];
  }
  return { text, thoughts };
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

/** Tokens as counted by the service; null where it does not say both. Embeddings have no completion to count. */
export function readUsage(usage: unknown): Answer['usage'] {
  if (!isJsonObject(usage)) return null;
  const { prompt_tokens: prompt, completion_tokens: completion } = usage;
  return isCount(prompt) && isCount(completion) ? { prompt, completion } : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
