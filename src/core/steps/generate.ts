import { parseList } from '../answers/parseList.ts';
import { readChoice } from '../answers/readChoice.ts';
import { readConvertedList } from '../answers/convertedList.ts';
import type { Answer, ChatMessage, Choice } from '../endpoints/endpoint.ts';
import type { Ask, GenerateStep, ListExpectation, TextExpectation } from '../pipeline/plan.ts';
import { compileTemplate } from '../prompts/renderTemplate.ts';
import type { Template } from '../prompts/template.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import {
  fieldAt,
  StepFailedError,
  type Outcome,
  type Rejection,
  type StepContext,
  type StepRunner,
  type Yielded,
} from './step.ts';

/** What an attempt came to: something read, or the reason why not and whether asking again could help. */
type Attempt<T> = { readonly value: T; readonly address: string } | Unread;

/** Nothing could be read. `again`: asking once more may help. */
interface Unread {
  readonly value: null;
  readonly rejection: Rejection;
  readonly again: boolean;
}

/** Asks a model once a record and reads the answer as the step expects it. */
export function createGenerateRunner(step: GenerateStep): StepRunner {
  const messagesFor = prepareMessages(step);
  const { expect } = step;
  const read = expect.kind === 'list' ? listReader(step, expect) : textReader(step, expect);
  return {
    async run(item, context) {
      const prepared = messagesFor(item.fields);
      if ('reason' in prepared) return { records: [], rejections: [prepared] };
      const outcome = await read(item, context, prepared.messages);
      if (step.essential && outcome.records.length === 0) {
        const [rejection] = outcome.rejections;
        const message = rejection?.message ?? 'nothing came of it';
        throw new StepFailedError(
          step.id,
          formatKey(item.key),
          rejection?.reason ?? 'empty',
          `${message}; without it there is nothing to work on`,
        );
      }
      return outcome;
    },
  };
}

/** Puts together the messages for a record; a rejection when the record lacks a field that the template wants. */
function prepareMessages(
  step: GenerateStep,
): (fields: JsonObject) => { readonly messages: readonly ChatMessage[] } | Rejection {
  const body = compileTemplate(step.template.body);
  const system = step.template.system === undefined ? undefined : compileTemplate(step.template.system);
  const open = step.template.placeholders.filter(
    (name) => Object.hasOwn(step.bind, name) || !Object.hasOwn(step.values, name),
  );
  return (fields) => {
    const values: Record<string, string | number> = { ...step.values };
    for (const name of open) {
      const path = Object.hasOwn(step.bind, name) ? (step.bind[name] ?? name) : name;
      const value = fieldAt(fields, path);
      if (value === undefined)
        return { reason: 'missing-field', message: `the record has no field ${path} for the placeholder {${name}}` };
      values[name] = asText(value);
    }
    const user: ChatMessage = { role: 'user', content: body(values) };
    return { messages: system === undefined ? [user] : [{ role: 'system', content: system(values) }, user] };
  };
}

function asText(value: Json): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

/** Asks about a record and reads the answer. */
type Reader = (item: Item, context: StepContext, messages: readonly ChatMessage[]) => Promise<Outcome>;

function textReader(step: GenerateStep, expect: TextExpectation): Reader {
  return (item, context, messages) => readingTexts(step, expect, item, context, messages);
}

function listReader(step: GenerateStep, expect: ListExpectation): Reader {
  const lists = { step, expect, convert: prepareConversion(expect.conversion.template) };
  return (item, context, messages) => readingLists(lists, item, context, messages);
}

/** A step that reads lists, with what is prepared once for all its records. */
interface ListStep {
  readonly step: GenerateStep;
  readonly expect: ListExpectation;
  readonly convert: (response: string) => readonly ChatMessage[];
}

async function readingLists(
  { step, expect, convert }: ListStep,
  item: Item,
  context: StepContext,
  messages: readonly ChatMessage[],
): Promise<Outcome> {
  const attempt = await attempts(step, expect.attempts, context, messages, (answer, address, number) =>
    readList({ step, expect, convert }, context, answer, address, number),
  );
  if (attempt.value === null) return giveUp(step, item, expect.onUnreadable, attempt.rejection);
  const { value: items, address } = attempt;
  const { length, onMismatch } = expect;
  const rejections: Rejection[] = [];
  if (length !== null && items.length !== length) {
    const message = `the list has ${items.length} elements, asked for were ${length}`;
    if (onMismatch === 'fail') throw new StepFailedError(step.id, formatKey(item.key), 'list-length', message);
    if (onMismatch === 'discard') return { records: [], rejections: [{ reason: 'list-length', message, address }] };
    if (onMismatch === 'trim') {
      for (const surplus of items.slice(length)) {
        rejections.push({ reason: 'surplus', message, address, fields: { ...item.fields, [expect.field]: surplus } });
      }
    }
  }
  const kept = length !== null && onMismatch === 'trim' ? items.slice(0, length) : items;
  const records: Yielded[] = [];
  // The index is the one in the list as it was read, so that a dropped element does not rename its neighbours.
  kept.forEach((element, index) => {
    if (element === '')
      rejections.push({ reason: 'empty', message: `element ${index + 1} of the list is empty`, address });
    else records.push({ fields: { ...item.fields, [expect.field]: element }, index, address });
  });
  return { records, rejections };
}

async function readingTexts(
  step: GenerateStep,
  expect: TextExpectation,
  item: Item,
  context: StepContext,
  messages: readonly ChatMessage[],
): Promise<Outcome> {
  const attempt = await attempts(step, expect.attempts, context, messages, (answer, address) => {
    const texts = answer.choices.map((choice) => readText(step, choice, address));
    const failed = texts.find((text) => text.value === null);
    // One usable choice is enough to go on; the others are counted below.
    return texts.some((text) => text.value !== null) || failed === undefined ? { value: texts, address } : failed;
  });
  if (attempt.value === null) return giveUp(step, item, expect.onUnreadable, attempt.rejection);
  const several = (step.ask.generation.n ?? 1) > 1;
  const records: Yielded[] = [];
  const rejections: Rejection[] = [];
  attempt.value.forEach((text, index) => {
    if (text.value === null) rejections.push(text.rejection);
    else
      records.push({
        fields: { ...item.fields, [expect.field]: text.value },
        index: several ? index : null,
        address: attempt.address,
      });
  });
  return { records: several ? records : records.slice(0, 1), rejections };
}

/** Asks up to `count` times until an answer can be read; only further attempts alter the seed. */
async function attempts<T>(
  step: GenerateStep,
  count: number,
  context: StepContext,
  messages: readonly ChatMessage[],
  read: (answer: Answer, address: string, attempt: number) => Attempt<T> | Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  for (let number = 0; ; number += 1) {
    const asked = await context.ask('generate', number, varied(step.ask, number), messages);
    if (asked.answer === null) return { value: null, rejection: asked, again: false };
    const result = await read(asked.answer, asked.address, number);
    if (result.value !== null || !('again' in result && result.again) || number + 1 >= count) return result;
  }
}

function varied(ask: Ask, attempt: number): Ask {
  const { seed } = ask.generation;
  return attempt === 0 || seed === undefined
    ? ask
    : { ...ask, generation: { ...ask.generation, seed: seed + attempt } };
}

/** Text of a choice without its reasoning, or why it cannot be used. */
function readText(step: GenerateStep, choice: Choice | undefined, address: string): Attempt<string> {
  if (choice === undefined) return unreadable('empty', 'the answer has no choice', address);
  const { text, problem } = readChoice(choice);
  if (problem === undefined || (problem.reason === 'truncated' && step.keepTruncated && text !== ''))
    return { value: text, address };
  // A cut, filtered or refused answer would come again; an empty one may well not.
  return { value: null, rejection: { ...problem, address }, again: problem.reason === 'empty' };
}

function unreadable(
  reason: string,
  message: string,
  address: string,
): { value: null; rejection: Rejection; again: true } {
  return { value: null, rejection: { reason, message, address }, again: true };
}

/** The list in an answer: read here, or turned into YAML by a model and then read, as the mode says. */
async function readList(
  { step, expect, convert }: ListStep,
  context: StepContext,
  answer: Answer,
  address: string,
  attempt: number,
): Promise<Attempt<readonly string[]>> {
  const text = readText(step, answer.choices[0], address);
  if (text.value === null) return text;
  const { conversion } = expect;
  if (conversion.mode !== 'model') {
    const reading = parseList(text.value);
    if ('items' in reading) return { value: reading.items, address };
    if (conversion.mode === 'local') return unreadable(reading.problem, reading.message, address);
  }
  const asked = await context.ask('conversion', attempt, conversion, convert(text.value));
  if (asked.answer === null) return { value: null, rejection: asked, again: false };
  const converted = readText(step, asked.answer.choices[0], asked.address);
  if (converted.value === null) return converted;
  const reading = readConvertedList(converted.value, text.value);
  return 'items' in reading
    ? { value: reading.items, address }
    : unreadable(reading.problem, reading.message, asked.address);
}

/** Messages that ask for the conversion of an answer. */
function prepareConversion(template: Template): (response: string) => readonly ChatMessage[] {
  const body = compileTemplate(template.body);
  const system = template.system === undefined ? undefined : compileTemplate(template.system);
  return (response) => {
    const values = { llm_response: response };
    const user: ChatMessage = { role: 'user', content: body(values) };
    return system === undefined ? [user] : [{ role: 'system', content: system(values) }, user];
  };
}

function giveUp(step: GenerateStep, item: Item, onUnreadable: 'discard' | 'fail', rejection: Rejection): Outcome {
  if (onUnreadable === 'fail')
    throw new StepFailedError(step.id, formatKey(item.key), rejection.reason, rejection.message);
  return { records: [], rejections: [rejection] };
}
