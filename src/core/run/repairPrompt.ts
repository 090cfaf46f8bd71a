/** What a model is asked when a record or an answer is to be put right. */
import type { ChatMessage } from '../endpoints/endpoint.ts';
import type { JsonObject } from '../record/json.ts';

/** A record that is to be changed: the model answers with the fields that become others. */
export function recordRepair(fields: JsonObject, instruction: string, trouble: string | null): readonly ChatMessage[] {
  const why = trouble === null ? '' : `\n\nIt was turned down: ${trouble}`;
  return [
    {
      role: 'system',
      content:
        'You put single records of a training dataset right. You are given a record as JSON and an instruction. ' +
        'Reply with one JSON object that holds only the fields you change, each with its whole new value, under the names they have. ' +
        'Leave everything that the instruction does not ask for as it is. No code fence, no other word.',
    },
    {
      role: 'user',
      content: `Instruction: ${instruction}${why}\n\nRecord:\n${JSON.stringify(fields, null, 2)}`,
    },
  ];
}

/** An answer that could not be used: the conversation goes on, and the model gives the whole answer once more. */
export function answerRepair(
  before: readonly ChatMessage[],
  answer: string | null,
  instruction: string,
  trouble: string,
): readonly ChatMessage[] {
  const said: readonly ChatMessage[] = answer === null || answer === '' ? [] : [{ role: 'assistant', content: answer }];
  const content =
    said.length === 0
      ? `${instruction}\n\nGive the answer to the request above.`
      : `Your answer cannot be used: ${trouble}\n\n${instruction}\n\nGive the whole answer once more, corrected, and nothing else.`;
  return [...before, ...said, { role: 'user', content }];
}
