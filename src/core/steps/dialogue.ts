import type { ChatMessage } from '../endpoints/endpoint.ts';
import type { DialogueStep } from '../pipeline/plan.ts';
import { HISTORY_PLACEHOLDER, turnsAsked } from '../pipeline/asking.ts';
import { compileTemplate, type TemplateValues } from '../prompts/renderTemplate.ts';
import type { Json } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import { askUntilRead, giveUp, readText, type Question } from './attempts.ts';
import { prepareMessages, prepareValues } from './fillTemplate.ts';
import { fieldAt, type Outcome, type Purpose, type StepContext, type StepRunner } from './step.ts';

/** A turn of the dialogue itself. */
type Turn = ChatMessage & { readonly role: 'user' | 'assistant' };

/** What the next speaker is sent, given what has been said. */
type Prompts = Readonly<
  Record<Turn['role'], (said: readonly Turn[], values: TemplateValues) => readonly ChatMessage[]>
>;

/**
 * Lets two models talk, turn by turn. The assistant is sent the conversation itself; the user model is shown it as one
 * text in its template. A turn that cannot be used ends the dialogue and turns the record down.
 */
export function createDialogueRunner(step: DialogueStep): StepRunner {
  const placeholders = [...new Set([...step.template.placeholders, ...(step.assistantSystem?.placeholders ?? [])])];
  const valuesFor = prepareValues(
    placeholders.filter((name) => name !== HISTORY_PLACEHOLDER),
    step,
  );
  const prompts = preparePrompts(step);
  return {
    async run(item, context) {
      const opener = openlineOf(step, item);
      if ('reason' in opener) return { records: [], rejections: [opener] };
      const filled = valuesFor(item.fields);
      if ('reason' in filled) return { records: [], rejections: [filled] };
      return converse(step, prompts, [opener], filled.values, item, context);
    },
  };
}

function openlineOf({ openline }: DialogueStep, item: Item): Turn | { reason: string; message: string } {
  const value = fieldAt(item.fields, openline);
  if (value === undefined)
    return { reason: 'missing-field', message: `the record has no field ${openline} to begin the dialogue with` };
  if (typeof value !== 'string')
    return { reason: 'not-a-text', message: `${openline} is ${JSON.stringify(value)}, not a text` };
  if (value.trim() === '') return { reason: 'empty', message: `${openline}, the first user turn, is empty` };
  return { role: 'user', content: value };
}

function preparePrompts({ template, assistantSystem }: DialogueStep): Prompts {
  const userPrompt = prepareMessages(template);
  const system = assistantSystem === undefined ? undefined : compileTemplate(assistantSystem.body);
  return {
    user: (said, values) => userPrompt({ ...values, [HISTORY_PLACEHOLDER]: historyText(said) }),
    assistant: (said, values) => (system === undefined ? said : [{ role: 'system', content: system(values) }, ...said]),
  };
}

/** The conversation as one text: each turn `Role: content`, with nothing between the turns. */
function historyText(said: readonly Turn[]): string {
  return said.map(({ role, content }) => `${role === 'user' ? 'User' : 'Assistant'}: ${content}`).join('');
}

async function converse(
  step: DialogueStep,
  prompts: Prompts,
  opening: readonly Turn[],
  values: TemplateValues,
  item: Item,
  context: StepContext,
): Promise<Outcome> {
  const said: Turn[] = [...opening];
  const asked = turnsAsked(step);
  const length = opening.length + asked.user + asked.assistant;
  const addresses: string[] = [];
  while (said.length < length) {
    const role = said.length % 2 === 0 ? 'user' : 'assistant';
    const number = Math.floor(said.length / 2) + 1;
    const question: Question = {
      purpose: purposeOf(role, number),
      ask: step[role],
      // What is journalled and hashed must not change while the dialogue goes on.
      messages: prompts[role]([...said], values),
      attempts: step.attempts,
    };
    const turn = await askUntilRead(question, context, (answer, at) =>
      readText(answer.choices[0], step.keepTruncated, at),
    );
    if (turn.value === null) {
      const { rejection } = turn;
      const message = `${role} turn ${number}: ${rejection.message}`;
      const fields = { ...item.fields, [step.into]: toJson(said) };
      return giveUp(step.id, item, step.onUnreadable, { ...rejection, message, fields });
    }
    said.push({ role, content: turn.value });
    addresses.push(turn.address);
  }
  const fields = { ...item.fields, [step.into]: toJson(said) };
  const address = addresses.at(-1) ?? '';
  return {
    records: [{ fields, index: null, address, ...(addresses.length < 2 ? {} : { addresses }) }],
    rejections: [],
  };
}

function purposeOf(role: Turn['role'], number: number): Purpose {
  return role === 'user' ? `user.${number}` : `assistant.${number}`;
}

function toJson(said: readonly Turn[]): Json {
  return said.map(({ role, content }) => ({ role, content }));
}
