/**
 * What a run will ask, use and cost, before it asks anything: from the plan alone, or more exactly from what the steps of
 * an earlier run (a preview, say) have measured.
 */
import { statSync } from 'node:fs';
import type { EndpointProfile, NamedProfile } from '../endpoints/profile.ts';
import type { GenerateStep, Plan, ReadStep } from '../pipeline/plan.ts';
import { DEFAULT_CONCURRENCY } from '../transport/connect.ts';
import { expectedRecords } from './progress.ts';
import type { MeasuredStep } from './measured.ts';

/** The lowest and the highest that is to be expected, and what is most likely. */
export interface Range {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

export interface StepEstimate {
  readonly step: string;
  readonly endpoint: string;
  readonly model: string;
  readonly requests: Range;
  readonly promptTokens: Range;
  readonly completionTokens: Range;
  /** In the currency of the profile's prices; null without prices. */
  readonly cost: Range | null;
  /** Whether tokens and latency were measured by an earlier run. */
  readonly measured: boolean;
}

export interface Estimate {
  /** Records that come out; null where the sources do not tell how many they hold. */
  readonly records: number | null;
  readonly requests: Range;
  readonly promptTokens: Range;
  readonly completionTokens: Range;
  readonly cost: Range | null;
  readonly seconds: Range;
  readonly steps: readonly StepEstimate[];
}

/** Bytes of English text to a token, about: https://help.openai.com/en/articles/4936856 */
const BYTES_PER_TOKEN = 4;
/** Tokens of one element of a list, from a short title to a long instruction. */
const ELEMENT_TOKENS: Range = { low: 6, likely: 25, high: 80 };
/** Tokens of an answer that is a text. */
const TEXT_TOKENS: Range = { low: 60, likely: 350, high: 1000 };
/** Tokens of a value that a placeholder takes from a record, where nothing is known of it. */
const VALUE_TOKENS: Range = { low: 5, likely: 30, high: 150 };
/** Seconds that a request takes besides generating, and seconds for each token generated. */
const REQUEST_SECONDS: Range = { low: 0.1, likely: 0.5, high: 2 };
const TOKEN_SECONDS: Range = { low: 0.004, likely: 0.015, high: 0.05 };
/** Share of answers that the model is asked to convert where they are read here first. */
const CONVERTED: Range = { low: 0, likely: 0.02, high: 0.3 };

const exactly = (value: number): Range => ({ low: value, likely: value, high: value });
const plus = (a: Range, b: Range): Range => ({
  low: a.low + b.low,
  likely: a.likely + b.likely,
  high: a.high + b.high,
});
const times = (a: Range, b: Range): Range => ({
  low: a.low * b.low,
  likely: a.likely * b.likely,
  high: a.high * b.high,
});

/**
 * @param profiles for prices and concurrency
 * @param measured what earlier runs have measured, by step
 * @param concurrency caps every endpoint, as in the run
 */
export function estimateRun(
  plan: Plan,
  profiles: readonly NamedProfile[],
  measured: ReadonlyMap<string, MeasuredStep> = new Map(),
  concurrency?: number,
): Estimate {
  const entering = expectedRecords(plan);
  const steps: StepEstimate[] = [];
  let seconds = exactly(0);
  for (const step of plan.steps) {
    if (step.kind !== 'generate') continue;
    const profile = profiles.find(({ name }) => name === step.ask.endpoint)?.profile;
    const records = exactly(entering.get(step.id) ?? countedRecords(plan, step));
    const known = measured.get(step.id);
    const estimate = estimateStep(step, records, plan, profile, known);
    steps.push(estimate);
    const slots = Math.min(profile?.max_concurrency ?? DEFAULT_CONCURRENCY, concurrency ?? Number.POSITIVE_INFINITY);
    seconds = plus(seconds, timeOf(estimate, slots, known));
  }
  const sum = (part: (step: StepEstimate) => Range): Range => steps.map(part).reduce(plus, exactly(0));
  const priced = steps.flatMap((step) => (step.cost === null ? [] : [step.cost]));
  return {
    records: plan.outputs.reduce<number | null>((total, output) => {
      const out = outOf(plan, output.from, entering);
      return total === null || out === null ? null : total + out;
    }, 0),
    requests: sum((step) => step.requests),
    promptTokens: sum((step) => step.promptTokens),
    completionTokens: sum((step) => step.completionTokens),
    cost: priced.length === 0 ? null : priced.reduce(plus, exactly(0)),
    seconds,
    steps,
  };
}

function estimateStep(
  step: GenerateStep,
  records: Range,
  plan: Plan,
  profile: EndpointProfile | undefined,
  known: MeasuredStep | undefined,
): StepEstimate {
  const conversions = conversionsOf(step, records);
  const requests = plus(records, conversions);
  const prompt =
    known === undefined ? times(records, promptOf(step, plan)) : around(known.tokens.prompt / known.requests, requests);
  const answer =
    known === undefined ? times(records, answerOf(step)) : around(known.tokens.completion / known.requests, requests);
  // A conversion reads the answer and writes it again.
  const promptTokens = known === undefined ? plus(prompt, times(conversions, answerOf(step))) : prompt;
  const completionTokens = known === undefined ? plus(answer, times(conversions, answerOf(step))) : answer;
  const prices = profile?.prices;
  const cost =
    prices === undefined
      ? null
      : plus(
          times(promptTokens, exactly(prices.prompt / 1e6)),
          times(completionTokens, exactly(prices.completion / 1e6)),
        );
  const { endpoint, model } = step.ask;
  return {
    step: step.id,
    endpoint,
    model,
    requests,
    promptTokens,
    completionTokens,
    cost,
    measured: known !== undefined,
  };
}

/** What was measured a request, with a margin for a small sample. */
function around(each: number, requests: Range): Range {
  return times({ low: each * 0.8, likely: each, high: each * 1.25 }, requests);
}

function conversionsOf(step: GenerateStep, records: Range): Range {
  if (step.expect.kind !== 'list' || step.expect.conversion.mode === 'local') return exactly(0);
  return step.expect.conversion.mode === 'model' ? records : times(records, CONVERTED);
}

function promptOf(step: GenerateStep, plan: Plan): Range {
  const written = Buffer.byteLength(step.template.body + (step.template.system ?? '')) / BYTES_PER_TOKEN;
  let tokens = exactly(written);
  for (const name of step.template.placeholders) {
    if (!Object.hasOwn(step.bind, name) && Object.hasOwn(step.values, name)) continue;
    tokens = plus(tokens, valueOf(step.bind[name] ?? name, plan));
  }
  return tokens;
}

/** Tokens of a field: of documents that lie on disk their true size, of everything else a guess. */
function valueOf(field: string, plan: Plan): Range {
  for (const step of plan.steps) {
    if (step.kind !== 'read') continue;
    const { source } = step;
    if (source.kind === 'files' && source.as === 'text' && source.into === field)
      return exactly(meanSize(source.files) / BYTES_PER_TOKEN);
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

function answerOf(step: GenerateStep): Range {
  const most = exactly(step.ask.generation.max_tokens ?? Number.POSITIVE_INFINITY);
  const choices = exactly(step.ask.generation.n ?? 1);
  const { expect } = step;
  const guess = expect.kind === 'list' ? times(exactly(expect.length ?? 10), ELEMENT_TOKENS) : TEXT_TOKENS;
  const capped = {
    low: Math.min(guess.low, most.low),
    likely: Math.min(guess.likely, most.likely),
    high: Math.min(guess.high, most.high),
  };
  return times(capped, choices);
}

/** Time for a step's requests at so many slots; steps overlap in truth, so their sum is on the safe side. */
function timeOf(estimate: StepEstimate, slots: number, known: MeasuredStep | undefined): Range {
  const { requests, completionTokens } = estimate;
  const waves = times(requests, exactly(1 / slots));
  if (known !== undefined) {
    const { p50, p90 } = known.latency;
    return times(waves, { low: p50 * 0.8, likely: p50, high: Math.max(p50, p90) * 1.25 });
  }
  const generating = times(times(completionTokens, exactly(1 / slots)), TOKEN_SECONDS);
  return plus(times(waves, REQUEST_SECONDS), generating);
}

/** Records of a step behind a source that does not tell its size: counted from the files' sizes, about. */
function countedRecords(plan: Plan, step: GenerateStep): number {
  const heads = plan.steps.filter((candidate): candidate is ReadStep => candidate.kind === 'read');
  const bytes = heads.reduce((sum, { source }) => {
    if (source.kind !== 'files') return sum;
    return (
      sum + source.files.reduce((total, { path }) => total + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0)
    );
  }, 0);
  // Lines of JSON Lines hold a few hundred bytes; each list before this step multiplies.
  return Math.max(1, Math.round(bytes / 500)) * fanBefore(plan, step.id);
}

function fanBefore(plan: Plan, id: string): number {
  const step = plan.steps.find((candidate) => candidate.id === id);
  const [source] = step?.from ?? [];
  if (source === undefined) return 1;
  const before = plan.steps.find((candidate) => candidate.id === source.step);
  const fan = before?.kind === 'generate' && before.expect.kind === 'list' ? (before.expect.length ?? 1) : 1;
  return fan * fanBefore(plan, source.step);
}

function outOf(plan: Plan, id: string, entering: ReadonlyMap<string, number | null>): number | null {
  const step = plan.steps.find((candidate) => candidate.id === id);
  const records = entering.get(id) ?? null;
  if (step?.kind !== 'generate' || records === null) return records;
  if (step.expect.kind === 'list') return step.expect.length === null ? null : records * step.expect.length;
  return records * (step.ask.generation.n ?? 1);
}
