/** How many records reach each step at least, most likely and at most: what an estimate rests on. */
import type { Plan, PlanStep, ReadStep } from '../pipeline/plan.ts';
import { expectedRecords, yielded } from './expectedRecords.ts';
import { exactly, plus, type Range } from './range.ts';

/** Steps that may turn down whatever they take in. */
const TURNING_DOWN: ReadonlySet<PlanStep['kind']> = new Set<PlanStep['kind']>(['filter', 'dedup', 'review']);

/**
 * Records that each step will take in. Most likely, and at most, nothing is turned down; at least, all that filters, reviews
 * and de-duplication may turn down is. A step whose yield nobody can know counts as one that yields what it takes in.
 *
 * @param guess tells about how many records a source holds that does not tell it itself
 */
export function recordRanges(plan: Plan, guess: (step: ReadStep) => number): ReadonlyMap<string, Range> {
  const likely = expectedRecords(plan, guess);
  const into = new Map<string, Range>();
  const outOf = new Map<string, Range>();
  for (const step of plan.steps) {
    const entering =
      step.from.length === 0
        ? exactly(likely.get(step.id) ?? 1)
        : step.from.map((source) => outOf.get(source.step) ?? exactly(0)).reduce(plus);
    into.set(step.id, entering);
    outOf.set(step.id, leaving(step, entering, plan));
  }
  return into;
}

function leaving(step: PlanStep, entering: Range, plan: Plan): Range {
  const out = (records: number): number => yielded(step, records, plan) ?? records;
  if (step.kind === 'sample' && step.target !== undefined) return drawnUpTo(step.target, entering, out);
  const { low, likely, high } = entering;
  return { low: TURNING_DOWN.has(step.kind) ? 0 : out(low), likely: out(likely), high: out(high) };
}

/**
 * Draws nothing once the target is reached, but what is turned down on the way may keep it from being reached: the most is
 * drawn of one record fewer than the target.
 */
function drawnUpTo(target: number, { low, likely, high }: Range, out: (n: number) => number): Range {
  const most = low >= target ? 0 : out(Math.min(high, target - 1));
  return { low: high >= target ? 0 : out(low), likely: out(likely), high: Math.max(out(likely), most) };
}
