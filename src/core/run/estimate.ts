/**
 * What a run will ask, use and cost, before it asks anything: from the plan alone, or more exactly from what the steps of
 * an earlier run (a preview, say) have measured.
 */
import { findProfile } from '../endpoints/pool/findProfile.ts';
import { pricesOf } from '../endpoints/prices.ts';
import type { EndpointProfile, NamedProfile } from '../endpoints/profile.ts';
import { isAsking } from '../pipeline/asking.ts';
import type { Plan } from '../pipeline/plan.ts';
import { DEFAULT_CONCURRENCY } from '../transport/connect.ts';
import { guessSize } from './guessSize.ts';
import { loadsOf, type Load } from './load.ts';
import { expectedRecords, yielded } from './expectedRecords.ts';
import type { MeasuredStep } from './measured.ts';
import { exactly, plus, times, type Range } from './range.ts';
import { recordRanges } from './recordRanges.ts';

export type { Range } from './range.ts';

/** Estimate of one step; a dialogue has one for each of its sides. */
export interface StepEstimate {
  readonly step: string;
  /** Side of a dialogue; null where a step has only one. */
  readonly side: Load['side'];
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

/** Seconds that a batch takes: a service has a day, most are through within an hour. */
const BATCH_SECONDS: Range = { low: 60, likely: 3600, high: 86_400 };
/** Seconds that a request takes besides generating, and seconds for each token generated. */
const REQUEST_SECONDS: Range = { low: 0.1, likely: 0.5, high: 2 };
const TOKEN_SECONDS: Range = { low: 0.004, likely: 0.015, high: 0.05 };

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
  const known = expectedRecords(plan);
  const entering = recordRanges(plan, guessSize);
  const steps: StepEstimate[] = [];
  let seconds = exactly(0);
  for (const step of plan.steps) {
    if (!isAsking(step)) continue;
    const records = entering.get(step.id) ?? exactly(1);
    const earlier = measured.get(step.id);
    for (const load of loadsOf(step, records, plan)) {
      const profile = findProfile(profiles, load.ask.endpoint)?.profile;
      const estimate = estimateLoad(step.id, load, profile, earlier);
      steps.push(estimate);
      const slots = Math.min(profile?.max_concurrency ?? DEFAULT_CONCURRENCY, concurrency ?? Number.POSITIVE_INFINITY);
      seconds = plus(seconds, profile?.mode === 'batch' ? BATCH_SECONDS : timeOf(estimate, slots, earlier));
    }
  }
  const sum = (part: (step: StepEstimate) => Range): Range => steps.map(part).reduce(plus, exactly(0));
  const priced = steps.flatMap((step) => (step.cost === null ? [] : [step.cost]));
  return {
    records: plan.outputs.reduce<number | null>((total, output) => {
      const out = outOf(plan, output.from, known);
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

function estimateLoad(
  step: string,
  { ask, side, requests, promptTokens: prompt, completionTokens: answer, batched }: Load,
  profile: EndpointProfile | undefined,
  known: MeasuredStep | undefined,
): StepEstimate {
  const paid = batched === true ? exactly(requests.likely) : requests;
  const promptTokens = known === undefined ? prompt : around(known.tokens.prompt / known.requests, paid);
  const completionTokens = known === undefined ? answer : around(known.tokens.completion / known.requests, paid);
  const prices = profile === undefined ? undefined : pricesOf(profile);
  const cost =
    prices === undefined
      ? null
      : plus(
          times(promptTokens, exactly(prices.prompt / 1e6)),
          times(completionTokens, exactly(prices.completion / 1e6)),
        );
  const { endpoint, model } = ask;
  return { step, side, endpoint, model, requests, promptTokens, completionTokens, cost, measured: known !== undefined };
}

/** What was measured a request, with a margin for a small sample. */
function around(each: number, requests: Range): Range {
  return times({ low: each * 0.8, likely: each, high: each * 1.25 }, requests);
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

function outOf(plan: Plan, id: string, entering: ReadonlyMap<string, number | null>): number | null {
  const step = plan.steps.find((candidate) => candidate.id === id);
  const records = entering.get(id) ?? null;
  return step === undefined || records === null ? records : yielded(step, records, plan);
}
