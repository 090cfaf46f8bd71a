import { parseList } from '../answers/parseList.ts';
import { readConvertedList } from '../answers/convertedList.ts';
import { readLabel } from '../answers/readLabel.ts';
import type { Answer, ChatMessage, Choice } from '../endpoints/endpoint.ts';
import type {
  GenerateStep,
  JsonExpectation,
  LabelExpectation,
  ListExpectation,
  TextExpectation,
} from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import { isJsonObject, type JsonObject } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import { askUntilRead, giveUp, readText, unreadable, type Attempt, type Question } from './attempts.ts';
import { prepareJsonReader } from './askJson.ts';
import { yieldElements, type Element } from './elements.ts';
import { prepareMessages, prepareValues } from './fillTemplate.ts';
import { readingPairs } from './pairs.ts';
import {
  StepFailedError,
  type Outcome,
  type Rejection,
  type StepContext,
  type StepRunner,
  type Yielded,
} from './step.ts';

/** Asks a model once a record and reads the answer as the step expects it. */
export function createGenerateRunner(step: GenerateStep): StepRunner {
  const valuesFor = prepareValues(step.template.placeholders, step);
  const messagesFor = prepareMessages(step.template);
  const read = readerOf(step);
  return {
    async run(item, context) {
      const filled = valuesFor(item.fields);
      if ('reason' in filled) return { records: [], rejections: [filled] };
      const outcome = await read(item, context, messagesFor(filled.values));
      checkEssential(step, item, outcome);
      return outcome;
    },
  };
}

/** @throws StepFailedError when nothing came of a step without which there is nothing to work on */
export function checkEssential(step: GenerateStep, item: Item, { records, rejections }: Outcome): void {
  if (!step.essential || records.length > 0) return;
  const [rejection] = rejections;
  const message = rejection?.message ?? 'nothing came of it';
  throw new StepFailedError(
    step.id,
    formatKey(item.key),
    rejection?.reason ?? 'empty',
    `${message}; without it there is nothing to work on`,
  );
}

/** Asks about a record and reads the answer. */
type Reader = (item: Item, context: StepContext, messages: readonly ChatMessage[]) => Promise<Outcome>;

function readerOf(step: GenerateStep): Reader {
  const { expect } = step;
  if (expect.kind === 'list') {
    const lists = { step, expect, convert: prepareMessages(expect.conversion.template) };
    return (item, context, messages) => readingLists(lists, item, context, messages);
  }
  if (expect.kind === 'pairs')
    return (item, context, messages) => readingPairs({ step, expect }, item, context, messages);
  const read =
    expect.kind === 'label'
      ? labelReader(step, expect)
      : expect.kind === 'json'
        ? jsonReader(step, expect)
        : textReader(step, expect);
  return (item, context, messages) => readingChoices({ step, expect, read }, item, context, messages);
}

/** A step that reads lists, with what is prepared once for all its records. */
interface ListStep {
  readonly step: GenerateStep;
  readonly expect: ListExpectation;
  readonly convert: ReturnType<typeof prepareMessages>;
}

async function readingLists(
  { step, expect, convert }: ListStep,
  item: Item,
  context: StepContext,
  messages: readonly ChatMessage[],
): Promise<Outcome> {
  const attempt = await askUntilRead(questionOf(step, messages), context, (answer, address, number) =>
    readList({ step, expect, convert }, context, answer, address, number),
  );
  if (attempt.value === null) return giveUp(step.id, item, expect.onUnreadable, attempt.rejection);
  const { value: items, address } = attempt;
  const elements = items.map((element): Element => ({
    fields: { [expect.field]: element },
    ...(element === '' ? { problem: { reason: 'empty', message: 'is empty' } } : {}),
  }));
  return yieldElements({ step: step.id, expect, noun: 'element' }, elements, item, address);
}

/** Reads one choice: the fields that it adds to the record. */
type ChoiceReader = (choice: Choice, address: string, messages: readonly ChatMessage[]) => Attempt<JsonObject>;

function textReader(step: GenerateStep, { field, messages: into }: TextExpectation): ChoiceReader {
  return (choice, address, messages) => {
    const text = readText(choice, step.keepTruncated, address);
    if (text.value === null) return text;
    // The system message steers the model; it is no part of what was said.
    const said = messages.filter(({ role }) => role !== 'system').map((message) => ({ ...message }));
    const whole = into === undefined ? {} : { [into]: [...said, { role: 'assistant', content: text.value }] };
    return { value: { ...whole, [field]: text.value }, address };
  };
}

function labelReader(step: GenerateStep, { field, labels, answerField }: LabelExpectation): ChoiceReader {
  return (choice, address) => {
    const text = readText(choice, step.keepTruncated, address);
    if (text.value === null) return text;
    const reading = readLabel(text.value, labels);
    if ('problem' in reading) return unreadable(reading.problem, reading.message, address);
    const answer = answerField === undefined ? {} : { [answerField]: text.value };
    return { value: { [field]: reading.label, ...answer }, address };
  };
}

function jsonReader(step: GenerateStep, { field, schema }: JsonExpectation): ChoiceReader {
  const read = prepareJsonReader(schema, step.keepTruncated);
  return (choice, address) => {
    const reading = read(choice, address);
    if (reading.value === null) return reading;
    const { value } = reading;
    if (field !== null) return { value: { [field]: value }, address };
    return isJsonObject(value) ? { value, address } : unreadable('schema', 'the value is no object', address);
  };
}

/** A step each of whose choices becomes a record. */
interface ChoiceStep {
  readonly step: GenerateStep;
  readonly expect: TextExpectation | LabelExpectation | JsonExpectation;
  readonly read: ChoiceReader;
}

async function readingChoices(
  { step, expect, read }: ChoiceStep,
  item: Item,
  context: StepContext,
  messages: readonly ChatMessage[],
): Promise<Outcome> {
  const attempt = await askUntilRead(questionOf(step, messages), context, (answer, address) => {
    const readings = answer.choices.map((choice) => read(choice, address, messages));
    const failed = readings.find((reading) => reading.value === null);
    // One usable choice is enough to go on; the others are counted below.
    return readings.some((reading) => reading.value !== null) || failed === undefined
      ? { value: readings, address }
      : failed;
  });
  if (attempt.value === null) return giveUp(step.id, item, expect.onUnreadable, attempt.rejection);
  const several = (step.ask.generation.n ?? 1) > 1;
  const records: Yielded[] = [];
  const rejections: Rejection[] = [];
  attempt.value.forEach((reading, index) => {
    if (reading.value === null) rejections.push(reading.rejection);
    else
      records.push({
        fields: { ...item.fields, ...reading.value },
        index: several ? index : null,
        address: attempt.address,
      });
  });
  return { records: several ? records : records.slice(0, 1), rejections };
}

function questionOf({ ask, expect }: GenerateStep, messages: readonly ChatMessage[]): Question {
  const json = expect.kind === 'json' ? { json: { schema: expect.schema, shown: expect.shown } } : {};
  return { purpose: 'generate', ask, messages, attempts: expect.attempts, ...json };
}

/** The list in an answer: read here, or turned into YAML by a model and then read, as the mode says. */
async function readList(
  { step, expect, convert }: ListStep,
  context: StepContext,
  answer: Answer,
  address: string,
  attempt: number,
): Promise<Attempt<readonly string[]>> {
  const text = readText(answer.choices[0], step.keepTruncated, address);
  if (text.value === null) return text;
  const { conversion } = expect;
  if (conversion.mode !== 'model') {
    const reading = parseList(text.value);
    if ('items' in reading) return { value: reading.items, address };
    if (conversion.mode === 'local') return unreadable(reading.problem, reading.message, address);
  }
  const asked = await context.ask('conversion', attempt, conversion, convert({ llm_response: text.value }));
  if (asked.answer === null) return { value: null, rejection: asked, again: false };
  const converted = readText(asked.answer.choices[0], step.keepTruncated, asked.address);
  if (converted.value === null) return converted;
  const reading = readConvertedList(converted.value, text.value);
  return 'items' in reading
    ? { value: reading.items, address }
    : unreadable(reading.problem, reading.message, asked.address);
}
