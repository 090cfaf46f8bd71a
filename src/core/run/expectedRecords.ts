/** About how many records the steps of a plan will take in and make, before it runs. */
import { isRecordFormat } from '../datasets/sourceFormats.ts';
import {
  joinsAnswers,
  type BlendStep,
  type ModifyStep,
  type Plan,
  type PlanStep,
  type ReadStep,
  type SampleStep,
} from '../pipeline/plan.ts';
import type { ReadSource, SampleChoice } from '../pipeline/sourcePlan.ts';
import { rankedRecords } from './rankedRecords.ts';

/**
 * Records that each step will take in when every list has the length asked for; null where nobody can know.
 *
 * @param guess tells about how many records a source holds that does not tell it itself; with it nothing is null, and a
 *   step whose yield nobody can know counts as one that yields what it takes in
 */
export function expectedRecords(plan: Plan, guess?: (step: ReadStep) => number): ReadonlyMap<string, number | null> {
  const into = new Map<string, number | null>();
  const outOf = new Map<string, number | null>();
  for (const step of plan.steps) {
    const entering =
      step.from.length === 0 ? sourceSize(step, guess) : sum(step.from.map((source) => outOf.get(source.step) ?? null));
    into.set(step.id, entering);
    const leaving = entering === null ? null : yielded(step, entering, plan);
    outOf.set(step.id, guess === undefined ? leaving : (leaving ?? entering));
  }
  return into;
}

function sourceSize(step: PlanStep, guess?: (step: ReadStep) => number): number | null {
  if (step.kind !== 'read') return 1;
  const { source, sample, chunk } = step;
  const size = chunk === undefined ? sizeOf(source) : null;
  if (size === null) return guess?.(step) ?? null;
  return sample === undefined ? size : sampled(size, sample);
}

/** Records that a `read` step takes of so many. */
export function sampled(size: number, { count, ratio = 1 }: SampleChoice): number {
  return count === undefined ? Math.round(size * ratio) : Math.min(size, count);
}

function sizeOf(source: ReadSource): number | null {
  switch (source.kind) {
    case 'list':
      return source.values.length;
    case 'cross':
      return source.fields.reduce((count, { values }) => count * values.length, 1);
    case 'count':
      return source.count;
    case 'files':
      return source.files.some(({ as }) => isRecordFormat(as)) ? null : source.files.length;
    case 'git':
      return null;
  }
}

/** Records that come out when so many enter and none is turned down; null where nobody can know. */
export function yielded(step: PlanStep, entering: number, plan: Plan): number | null {
  if (step.kind === 'modify') return entering * variantsOf(step);
  if (step.kind === 'blend') return blended(step);
  if (step.kind === 'join') return entering / Math.max(1, step.from.length);
  if (step.kind === 'sample') return drawn(step, entering);
  if (step.kind === 'rank') return rankedRecords(step, entering, plan);
  if (step.kind !== 'generate') return entering;
  if (step.segments !== undefined) return joinsAnswers(step) ? entering : null;
  if (step.expect.kind === 'list' || step.expect.kind === 'pairs')
    return step.expect.length === null ? null : entering * step.expect.length;
  return entering * (step.ask.generation.n ?? 1);
}

/** Records that a step makes of each by its `cross`. */
function variantsOf({ cross = [] }: ModifyStep): number {
  return cross.reduce((count, { values }) => count * values.length, 1);
}

/** Unknown where it depends on what each source holds. */
function blended({ sources, total, repeat }: BlendStep): number | null {
  if (!repeat) return null;
  const counts = sources.map((source) => ('count' in source ? source.count : null));
  return total ?? sum(counts);
}

/** Unknown where it depends on the number of groups. */
function drawn({ size, per, atLeast = 0, target }: SampleStep, entering: number): number | null {
  if (target !== undefined && entering >= target) return 0;
  if ('ratio' in size) return Math.min(entering, Math.max(atLeast, Math.round(size.ratio * entering)));
  return 'count' in size && per === undefined ? Math.min(size.count, entering) : null;
}

function sum(counts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const count of counts) {
    if (count === null) return null;
    total += count;
  }
  return total;
}
