import { readScores } from '../answers/readScores.ts';
import type { ChatMessage } from '../endpoints/endpoint.ts';
import type { RewardStep } from '../pipeline/plan.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { giveUp } from './attempts.ts';
import { fieldAt, type Rejection, type StepRunner } from './step.ts';

/** Sends each record's conversation to a reward model and keeps the scores. */
export function createRewardRunner(step: RewardStep): StepRunner {
  const { ask, into } = step;
  return {
    async run(item, context) {
      const messages = conversationOf(step, item.fields);
      if ('reason' in messages) return { records: [], rejections: [messages] };
      const asked = await context.ask('generate', 0, ask, messages.turns);
      if (asked.answer === null) return giveUp(step.id, item, step.onUnreadable, asked);
      const { address } = asked;
      const [choice] = asked.answer.choices;
      const scores = choice === undefined ? null : readScores(choice);
      if (scores === null) {
        const message = `the answer of the model ${ask.model} at the endpoint ${ask.endpoint} has no scores: it is probably not a reward model`;
        return giveUp(step.id, item, step.onUnreadable, { reason: 'no-scores', message, address });
      }
      return { records: [{ fields: { ...item.fields, [into]: { ...scores } }, index: null, address }], rejections: [] };
    },
  };
}

/** What is scored: turns of which the last is the assistant's. */
function conversationOf(
  { source }: RewardStep,
  fields: JsonObject,
): { readonly turns: readonly ChatMessage[] } | Rejection {
  if ('messages' in source) return turnsIn(fieldAt(fields, source.messages), source.messages);
  const prompt = textAt(fields, source.prompt);
  if ('reason' in prompt) return prompt;
  const response = textAt(fields, source.response);
  if ('reason' in response) return response;
  return {
    turns: [
      { role: 'user', content: prompt.text },
      { role: 'assistant', content: response.text },
    ],
  };
}

function textAt(fields: JsonObject, path: string): { readonly text: string } | Rejection {
  const value = fieldAt(fields, path);
  if (value === undefined) return { reason: 'missing-field', message: `the record has no field ${path} to be scored` };
  if (typeof value !== 'string') return { reason: 'not-a-text', message: `${path} is ${shown(value)}, not a text` };
  return { text: value };
}

function turnsIn(value: Json | undefined, path: string): { readonly turns: readonly ChatMessage[] } | Rejection {
  if (value === undefined) return { reason: 'missing-field', message: `the record has no field ${path} to be scored` };
  const unfit = (what: string): Rejection => ({
    reason: 'not-a-conversation',
    message: `${path} ${what}; expected a list of { role, content } that ends with the assistant’s answer`,
  });
  if (!Array.isArray(value)) return unfit(`is ${shown(value)}`);
  const turns: ChatMessage[] = [];
  for (const [index, turn] of (value as readonly Json[]).entries()) {
    const { role, content } = isJsonObject(turn) ? turn : {};
    if ((role !== 'system' && role !== 'user' && role !== 'assistant') || typeof content !== 'string')
      return unfit(`has ${shown(turn)} for turn ${index + 1}`);
    turns.push({ role, content });
  }
  const last = turns.at(-1);
  if (last === undefined) return unfit('is empty');
  return last.role === 'assistant' ? { turns } : unfit(`ends with a turn of the role ${last.role}`);
}

const SHOWN_LENGTH = 80;

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
