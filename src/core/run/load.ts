/** What a step asks of each endpoint, guessed from the plan alone: requests and tokens. */
import { statSync } from 'node:fs';
import { HISTORY_PLACEHOLDER, turnsAsked, type AskingStep } from '../pipeline/asking.ts';
import type { Ask, DialogueStep, EmbedStep, GenerateStep, JudgeStep, Plan, RewardStep } from '../pipeline/plan.ts';
import { isRecordFormat } from '../datasets/sourceFormats.ts';
import type { Template } from '../prompts/template.ts';
import { capped, exactly, plus, times, type Range } from './range.ts';

/** What one of those whom a step asks has to do. */
export interface Load {
  readonly ask: Ask;
  /** Side of a dialogue; null where a step has only one. */
  readonly side: 'user' | 'assistant' | null;
  readonly requests: Range;
  readonly promptTokens: Range;
  readonly completionTokens: Range;
  /** Several records travel in a request: how many requests there are says nothing of the tokens. */
  readonly batched?: true;
}

/** Bytes of English text to a token, about: https://help.openai.com/en/articles/4936856 */
export const BYTES_PER_TOKEN = 4;
/** Share of the guessed tokens that a plain text has at least; sizes are guessed from bytes. */
const FEWEST_TOKENS = 0.75;
/** Tokens of one element of a list, from a short title to a long instruction. */
const ELEMENT_TOKENS: Range = { low: 6, likely: 25, high: 80 };
/** Tokens of a question with its answer. */
const PAIR_TOKENS: Range = { low: 20, likely: 120, high: 400 };
/** Tokens of an answer that is a text. */
const TEXT_TOKENS: Range = { low: 60, likely: 350, high: 1000 };
/** Tokens of a label with its reason. */
const LABEL_TOKENS: Range = { low: 1, likely: 30, high: 100 };
/** Tokens of an answer that is JSON. */
const JSON_TOKENS: Range = { low: 20, likely: 150, high: 600 };
/** Tokens of a verdict: a sentence and a number. */
const VERDICT_TOKENS: Range = { low: 20, likely: 60, high: 200 };
/** Tokens of a reward model's scores, as text. */
const SCORES_TOKENS: Range = { low: 1, likely: 10, high: 40 };
/** Tokens of what a model says in the place of a user. */
const USER_TURN_TOKENS: Range = { low: 8, likely: 40, high: 200 };
/** Tokens of a value that a placeholder takes from a record, where nothing is known of it. */
const VALUE_TOKENS: Range = { low: 5, likely: 30, high: 150 };
/** Share of answers that the model is asked to convert where they are read here first. */
const CONVERTED: Range = { low: 0, likely: 0.02, high: 0.3 };

/** One load for each of those whom the step asks; conversions count with the answers they convert. */
export function loadsOf(step: AskingStep, records: Range, plan: Plan): readonly Load[] {
  switch (step.kind) {
    case 'generate':
      return [generateLoad(step, records, plan)];
    case 'dialogue':
      return dialogueLoads(step, records, plan);
    case 'reward':
      return [rewardLoad(step, records, plan)];
    case 'judge':
      return [judgeLoad(step, records, plan)];
    case 'embed':
      return [embedLoad(step, records, plan)];
  }
}

function generateLoad(step: GenerateStep, records: Range, plan: Plan): Load {
  const segments = segmentsOf(step, plan);
  const asked = times(records, segments);
  const conversions = conversionsOf(step, records);
  // A conversion reads the answer and writes it again.
  const converted = times(conversions, answerOf(step));
  return {
    ask: step.ask,
    side: null,
    requests: plus(asked, conversions),
    promptTokens: plus(times(records, templateTokens(step.template, step, plan, segments)), converted),
    completionTokens: plus(times(asked, answerOf(step)), converted),
  };
}

function rewardLoad({ ask, source }: RewardStep, records: Range, plan: Plan): Load {
  const prompt =
    'messages' in source
      ? plus(VALUE_TOKENS, TEXT_TOKENS)
      : plus(valueOf(source.prompt, plan), fieldTokens(source.response, plan));
  const promptTokens = times(records, prompt);
  return { ask, side: null, requests: records, promptTokens, completionTokens: times(records, SCORES_TOKENS) };
}

function judgeLoad(step: JudgeStep, records: Range, plan: Plan): Load {
  const { ask, template } = step;
  const promptTokens = times(records, templateTokens(template, step, plan));
  const completionTokens = times(records, cappedByAsk(VERDICT_TOKENS, ask));
  return { ask, side: null, requests: records, promptTokens, completionTokens };
}

/** Batches are full where the service is busy; at the worst each text travels by itself. */
function embedLoad({ ask, field, batchSize }: EmbedStep, records: Range, plan: Plan): Load {
  const full = Math.ceil(records.likely / batchSize);
  const requests = { low: Math.ceil(records.low / batchSize), likely: full, high: records.high };
  const promptTokens = times(records, fieldTokens(field, plan));
  return { ask, side: null, requests, promptTokens, completionTokens: exactly(0), batched: true };
}

function conversionsOf(step: GenerateStep, records: Range): Range {
  if (step.expect.kind !== 'list' || step.expect.conversion.mode === 'local') return exactly(0);
  return step.expect.conversion.mode === 'model' ? records : times(records, CONVERTED);
}

function answerOf({ ask, expect }: GenerateStep): Range {
  const guess =
    expect.kind === 'list'
      ? times(exactly(expect.length ?? 10), ELEMENT_TOKENS)
      : expect.kind === 'pairs'
        ? times(exactly(expect.length ?? 5), PAIR_TOKENS)
        : expect.kind === 'label'
          ? LABEL_TOKENS
          : expect.kind === 'json'
            ? JSON_TOKENS
            : TEXT_TOKENS;
  return times(cappedByAsk(guess, ask), exactly(ask.generation.n ?? 1));
}

/** Every turn is asked with everything that was said before, so that the prompts grow with the dialogue. */
function dialogueLoads(step: DialogueStep, records: Range, plan: Plan): readonly Load[] {
  const asked = turnsAsked(step);
  const answer = cappedByAsk(TEXT_TOKENS, step.assistant);
  const userTurn = cappedByAsk(USER_TURN_TOKENS, step.user);
  const template = templateTokens(step.template, step, plan);
  const system = step.assistantSystem === undefined ? exactly(0) : templateTokens(step.assistantSystem, step, plan);
  let said = valueOf(step.openline, plan);
  const prompts = { user: exactly(0), assistant: exactly(0) };
  for (let turn = 0; turn < asked.assistant || turn < asked.user; turn += 1) {
    if (turn < asked.assistant) prompts.assistant = plus(prompts.assistant, plus(system, said));
    said = plus(said, answer);
    if (turn < asked.user) prompts.user = plus(prompts.user, plus(template, said));
    said = plus(said, userTurn);
  }
  const load = (side: 'user' | 'assistant', answered: Range): Load => ({
    ask: step[side],
    side,
    requests: times(records, exactly(asked[side])),
    promptTokens: times(records, prompts[side]),
    completionTokens: times(records, times(exactly(asked[side]), answered)),
  });
  const assistant = load('assistant', answer);
  return asked.user === 0 ? [assistant] : [load('user', userTurn), assistant];
}

function cappedByAsk(guess: Range, { generation }: Ask): Range {
  return capped(guess, generation.max_tokens ?? Number.POSITIVE_INFINITY);
}

function writtenTokens({ body, system = '' }: Pick<Template, 'body' | 'system'>): number {
  return Buffer.byteLength(body + system) / BYTES_PER_TOKEN;
}

/** Segments of a record's document, each of which is a request; lines do not fill them up, to twice their number at the worst. */
function segmentsOf({ segments, template }: GenerateStep, plan: Plan): Range {
  if (segments === undefined) return exactly(1);
  const room = Math.max(1, segments.maxInputTokens - writtenTokens(template));
  const { low, likely, high } = valueOf(segments.field, plan);
  return {
    low: Math.ceil((FEWEST_TOKENS * low) / room),
    likely: Math.ceil(likely / room),
    high: Math.ceil((2 * high) / room),
  };
}

function templateTokens(
  { body, system = '', placeholders }: Template,
  { bind, values }: Pick<GenerateStep, 'bind' | 'values'>,
  plan: Plan,
  segments = exactly(1),
): Range {
  // The template goes along with every segment, the document is divided among them.
  let tokens = times(exactly(writtenTokens({ body, system })), segments);
  for (const name of placeholders) {
    if (name === HISTORY_PLACEHOLDER || (!Object.hasOwn(bind, name) && Object.hasOwn(values, name))) continue;
    tokens = plus(tokens, fieldTokens(bind[name] ?? name, plan));
  }
  return tokens;
}

/** Tokens of a field that may be a model's answer. */
function fieldTokens(field: string, plan: Plan): Range {
  const answers = plan.steps.some(
    (step) => step.kind === 'generate' && step.expect.kind === 'text' && step.expect.field === field,
  );
  return answers ? TEXT_TOKENS : valueOf(field, plan);
}

/** Tokens of a field: of documents that lie on disk their true size, of everything else a guess. */
function valueOf(field: string, plan: Plan): Range {
  for (const step of plan.steps) {
    if (step.kind !== 'read') continue;
    const { source } = step;
    if (source.kind === 'files' && source.into === field && source.files.every(({ as }) => !isRecordFormat(as))) {
      const size = meanSize(source.files) / BYTES_PER_TOKEN;
      return exactly(Math.min(size, step.chunk?.size ?? size));
    }
    if (source.kind === 'list' && source.field === field && source.values.length > 0) {
      return exactly(Buffer.byteLength(JSON.stringify(source.values)) / source.values.length / BYTES_PER_TOKEN);
    }
  }
  return VALUE_TOKENS;
}

function meanSize(files: readonly { readonly path: string }[]): number {
  const total = files.reduce((sum, { path }) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  return files.length === 0 ? 0 : total / files.length;
}
