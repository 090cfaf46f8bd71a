import { setImmediate as nextTurn } from 'node:timers/promises';
import pLimit from 'p-limit';
import { refine, type RefineContext } from '../curate/refinement.ts';
import { segmentDocument } from '../curate/segmentDocument.ts';
import { loadTokenCounter, type TokenCounter } from '../curate/tokens.ts';
import type { GenerateStep, Segments } from '../pipeline/plan.ts';
import type { JsonObject } from '../record/json.ts';
import { formatKey } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { prepareMessages, prepareValues } from './fillTemplate.ts';
import { checkEssential, createGenerateRunner } from './generate.ts';
import {
  fieldAt,
  StepFailedError,
  type Outcome,
  type Rejection,
  type StepContext,
  type StepRunner,
  type Yielded,
} from './step.ts';

/** Segments of one document that are asked about at the same time, at the most: bounds memory, above what a service has slots for. */
const OPEN_SEGMENTS = 256;
/** So many segments are cut before others get a turn. */
const TURN_SEGMENTS = 16;
/** Tokens that chat services put around a prompt, kept free besides its own. */
const FRAME_TOKENS = 2;

/** What came of a record or of one of its segments: answers in order, and what was turned down. */
interface Part {
  readonly index: number | null;
  readonly answers: readonly Yielded[];
  readonly rejections: readonly Rejection[];
}

/**
 * A `generate` step that cuts documents into segments, or refines its answers, or both. Each segment is asked about at
 * an address of its own (the record's key with the segment's index), and everything stays in the order of the document.
 */
export function createRefineRunner(step: GenerateStep): StepRunner {
  // Of a document one segment may well come to nothing; what counts is the whole.
  const inner = createGenerateRunner({ ...step, essential: false });
  let loading: Promise<TokenCounter> | undefined;
  const load = async (): Promise<TokenCounter | null> => {
    if (step.encoding === undefined) return null;
    loading ??= loadTokenCounter(step.encoding);
    return loading;
  };
  return {
    async run(item, context) {
      const counter = await load();
      const parts =
        step.segments === undefined || counter === null
          ? [await answer(inner, step, item, null, context, counter)]
          : await answerSegments(inner, step, step.segments, item, context, counter);
      const outcome = gather(step, item, parts, counter);
      checkEssential(step, item, outcome);
      return outcome;
    },
  };
}

async function answerSegments(
  inner: StepRunner,
  step: GenerateStep,
  segments: Segments,
  item: Item,
  context: StepContext,
  counter: TokenCounter,
): Promise<readonly Part[]> {
  const { field, minDocumentTokens, minTokens } = segments;
  const text = fieldAt(item.fields, field);
  if (typeof text !== 'string') {
    return [rejected(null, { reason: 'missing-field', message: `the record has no text in the field ${field}` })];
  }
  if (counter.fits(text, minDocumentTokens - 1)) {
    const message = `the document has ${counter.count(text)} tokens, the minimum is ${minDocumentTokens}`;
    return [rejected(null, { reason: 'document-too-short', message })];
  }
  const room = roomBesidePrompt(step, segments, item, counter);
  if (typeof room !== 'number') return [rejected(null, room)];
  const limit = pLimit(OPEN_SEGMENTS);
  const parts: Promise<Part>[] = [];
  let cut = 0;
  for (const segment of segmentDocument(text, { minTokens, maxTokens: room }, counter)) {
    const { index } = segment;
    const own = { ...item, fields: withField(item.fields, field, segment.text) };
    if ('reason' in segment) {
      const { reason, message } = segment;
      parts.push(Promise.resolve(rejected(index, { reason, message, fields: own.fields })));
    } else {
      const part = limit(() => answer(inner, step, own, index, context, counter));
      // Whoever waits for all of them sees the first failure; until then nobody does.
      part.catch(() => undefined);
      parts.push(part);
    }
    cut += 1;
    if (cut % TURN_SEGMENTS === 0) await nextTurn();
  }
  if (parts.length === 0) return [rejected(null, { reason: 'empty', message: 'the document is empty' })];
  return Promise.all(parts);
}

/** Tokens that the prompt leaves for a segment. @throws StepFailedError when there are none: no document can fit */
function roomBesidePrompt(
  step: GenerateStep,
  { field, maxInputTokens }: Segments,
  item: Item,
  counter: TokenCounter,
): number | Rejection {
  const filled = prepareValues(step.template.placeholders, step)(withField(item.fields, field, ''));
  if ('reason' in filled) return filled;
  const prompt = prepareMessages(step.template)(filled.values).reduce(
    (sum, { content }) => sum + counter.count(content),
    0,
  );
  const room = maxInputTokens - prompt - FRAME_TOKENS;
  if (room > 0) return room;
  const message = `max_input_tokens is ${maxInputTokens}, and the prompt alone takes ${prompt + FRAME_TOKENS} tokens`;
  throw new StepFailedError(step.id, formatKey(item.key), 'prompt-too-long', message);
}

/** Asks about a record or one of its segments and refines what is answered. */
async function answer(
  inner: StepRunner,
  step: GenerateStep,
  item: Item,
  index: number | null,
  context: StepContext,
  counter: TokenCounter | null,
): Promise<Part> {
  const own: StepContext =
    index === null
      ? context
      : { ask: (purpose, attempt, ask, messages) => context.ask(purpose, attempt, ask, messages, index) };
  const outcome = await inner.run(item, own);
  const rejections = outcome.rejections.map((rejection): Rejection => ({ fields: item.fields, ...rejection }));
  const answers: Yielded[] = [];
  for (const record of outcome.records) {
    const key = [...item.key, ...(index === null ? [] : [index]), ...(record.index === null ? [] : [record.index])];
    const refined = refineAnswer(step, record, 'each', { ...item, key }, counter);
    if ('reason' in refined) rejections.push(refined);
    else answers.push(refined);
  }
  return { index, answers, rejections };
}

/** What a step yields of its parts: each answer, or one record of all of them. */
function gather(step: GenerateStep, item: Item, parts: readonly Part[], counter: TokenCounter | null): Outcome {
  const rejections = parts.flatMap((part) => part.rejections.map((rejection) => named(part, rejection)));
  const separator = step.refinement?.separator ?? null;
  const answers = parts.flatMap((part) => part.answers.map((record) => ({ record, part })));
  if (step.segments === undefined || separator === null) {
    return {
      records: answers.map(({ record, part }) => ({ ...record, index: part.index ?? record.index })),
      rejections,
    };
  }
  if (answers.length === 0) return { records: [], rejections };
  const field = fieldOf(step);
  const text = answers.map(({ record }) => textOf(record.fields, field)).join(separator);
  const addresses = answers.flatMap(({ record }) => record.address ?? []);
  const [address] = addresses;
  const joined: Yielded = {
    fields: { ...item.fields, [field]: text },
    index: null,
    ...(address === undefined ? {} : { address }),
    ...(addresses.length < 2 ? {} : { addresses }),
  };
  const refined = refineAnswer(step, joined, 'joined', item, counter);
  return 'reason' in refined
    ? { records: [], rejections: [...rejections, refined] }
    : { records: [refined], rejections };
}

/** Refines the text of a record; a rejection keeps what the text was when it was turned down. */
function refineAnswer(
  step: GenerateStep,
  record: Yielded,
  phase: 'each' | 'joined',
  { fields, key }: Pick<Item, 'fields' | 'key'>,
  counter: TokenCounter | null,
): Yielded | Rejection {
  const field = fieldOf(step);
  const context: RefineContext = {
    key,
    field(name) {
      const value = fieldAt(fields, name);
      return typeof value === 'string' ? value : undefined;
    },
    counter,
  };
  const refined = refine(textOf(record.fields, field), step.refinement?.[phase] ?? [], context);
  const result = { ...record.fields, [field]: refined.text };
  if (!('reason' in refined)) return { ...record, fields: result };
  const { reason, message } = refined;
  const what = phase === 'joined' ? 'the joined text' : 'the answer';
  const address = record.address === undefined ? {} : { address: record.address };
  return { reason, message: `${what}: ${message}`, fields: result, ...address };
}

function rejected(index: number | null, rejection: Rejection): Part {
  return { index, answers: [], rejections: [rejection] };
}

/** Says which segment a rejection is about; people count from 1. */
function named({ index }: Part, rejection: Rejection): Rejection {
  return index === null ? rejection : { ...rejection, message: `segment ${index + 1}, ${rejection.message}` };
}

/** The field with the answer, which is a text. */
function fieldOf({ expect }: GenerateStep): string {
  if (expect.kind === 'json') throw new Error('JSON is not refined');
  return expect.field;
}

function textOf(fields: JsonObject, field: string): string {
  const text = fields[field];
  return typeof text === 'string' ? text : '';
}

/** The fields with another text in one of them, which then goes before what a dotted path would lead to. */
function withField(fields: JsonObject, path: string, text: string): JsonObject {
  return { ...fields, [path]: text };
}
