import type { RankStep } from '../pipeline/plan.ts';
import { canonicalJson } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner } from './ordered.ts';
import { missingField, notANumber } from './turnDown.ts';
import { fieldAt, isNumber } from './step.ts';

/**
 * Drops the records whose score is above a quantile of all (of those with the same value of a field), such as questions
 * that are too easy. Their order stays.
 *
 * @param share 0 to 1. Between two scores the quantile lies on the straight line between them, as numpy and pandas have it.
 */
export function createQuantileRunner({ score: path, by }: RankStep, share: number): OrderedRunner {
  let held: { readonly group: string; readonly score: number; readonly takeOut: () => Item }[] = [];
  return {
    needsAll: true,
    take(item, context) {
      const score = fieldAt(item.fields, path);
      if (score === undefined) return missingField(item, path);
      if (!isNumber(score)) return notANumber(item, path, score);
      const value = by === undefined ? null : fieldAt(item.fields, by);
      if (value === undefined) return missingField(item, by ?? '');
      held.push({ group: canonicalJson(value), score, takeOut: context.putAway(item) });
      return UNDECIDED;
    },
    *end() {
      const all = held;
      held = [];
      const limits = new Map<string, number>();
      for (const [group, members] of Map.groupBy(all, (one) => one.group)) {
        const scores = members.map(({ score }) => score).toSorted((a, b) => a - b);
        limits.set(group, quantile(scores, share));
      }
      for (const { group, score, takeOut } of all) {
        const item = takeOut();
        const limit = limits.get(group) ?? score;
        if (score <= limit) yield { records: [{ item }], rejections: [] };
        else {
          const message = `${path} is ${score}, above ${limit}, the quantile ${share} of all`;
          yield { records: [], rejections: [{ item, reason: 'above-quantile', message, score }] };
        }
      }
    },
  };
}

/** @param sorted ascending, at least one */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
