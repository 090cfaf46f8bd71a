import { isJsonObject } from '../../record/json.ts';
import type { Answer, ChunkListener } from '../endpoint.ts';
import { readAnswer, readContent, readUsage, type AnswerForm, type Unreadable } from './readAnswer.ts';

interface Gathered {
  text: string;
  reasoning: string;
  refusal: string;
  finishReason: string | null;
  readonly logprobs: unknown[];
}

/**
 * Puts an answer together from its pieces.
 *
 * @param onChunk told of every piece of the first choice's text
 */
export async function gatherAnswer(
  pieces: AsyncIterable<unknown>,
  model: string,
  onChunk: ChunkListener | undefined,
  form: AnswerForm = 'chat',
): Promise<Answer | Unreadable> {
  const choices = new Map<number, Gathered>();
  let usage: Answer['usage'] = null;
  let answeredBy: string | undefined;
  for await (const piece of pieces) {
    if (!isJsonObject(piece)) return { problem: 'has a piece that is no JSON object' };
    if (typeof piece['model'] === 'string') answeredBy ??= piece['model'];
    usage = readUsage(piece['usage']) ?? usage;
    const entries: unknown = piece['choices'];
    if (!Array.isArray(entries)) continue;
    for (const entry of entries as readonly unknown[]) {
      if (isJsonObject(entry)) take(choices, form === 'chat' ? entry : asDelta(entry), onChunk);
    }
  }
  if (choices.size === 0) return { problem: 'has no `choices`' };
  const gathered = [...choices].sort(([a], [b]) => a - b).map(([, choice]) => choice);
  if (gathered.some((choice) => choice.finishReason === null)) return { problem: 'broke off before its end' };
  // One reader decides what an answer is, however it came.
  const answer = readAnswer({ choices: gathered.map(asWhole) }, answeredBy ?? model);
  return 'problem' in answer ? answer : { ...answer, usage };
}

function take(
  choices: Map<number, Gathered>,
  entry: Readonly<Record<string, unknown>>,
  onChunk: ChunkListener | undefined,
): void {
  const index = typeof entry['index'] === 'number' ? entry['index'] : 0;
  const choice = choices.get(index) ?? { text: '', reasoning: '', refusal: '', finishReason: null, logprobs: [] };
  choices.set(index, choice);
  const { delta, finish_reason: finishReason, logprobs } = entry;
  if (typeof finishReason === 'string') choice.finishReason = finishReason;
  if (isJsonObject(logprobs) && Array.isArray(logprobs['content']))
    choice.logprobs.push(...(logprobs['content'] as unknown[]));
  if (!isJsonObject(delta)) return;
  const { refusal } = delta;
  const content = readContent(delta['content']);
  const reasoning = delta['reasoning_content'] ?? delta['reasoning'] ?? content?.thoughts;
  if (typeof reasoning === 'string') choice.reasoning += reasoning;
  if (typeof refusal === 'string') choice.refusal += refusal;
  const text = content?.text ?? '';
  if (text === '') return;
  choice.text += text;
  if (index === 0) onChunk?.(text);
}

/** A piece of a completion as a chat would have it. */
function asDelta(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { index: entry['index'], finish_reason: entry['finish_reason'], delta: { content: entry['text'] } };
}

function asWhole(choice: Gathered): unknown {
  const { text, reasoning, refusal, finishReason, logprobs } = choice;
  return {
    message: { content: text, reasoning, refusal },
    finish_reason: finishReason,
    ...(logprobs.length === 0 ? {} : { logprobs: { content: logprobs } }),
  };
}
