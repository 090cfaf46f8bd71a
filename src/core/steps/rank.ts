import type { RankStep } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { canonicalJson } from '../record/json.ts';
import { formatKey, type Key } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage, type Passed, type TurnedDown } from './ordered.ts';
import { createQuantileRunner } from './quantile.ts';
import { missingField, notANumber } from './turnDown.ts';
import { fieldAt, isNumber } from './step.ts';

/** One of those that compete. */
interface Competitor {
  readonly item: Item;
  readonly score: number;
}

/** Those that compete with each other, in place order. */
interface Group {
  readonly name: string;
  readonly members: { readonly score: number; readonly takeOut: () => Item }[];
}

/**
 * Compares records that were made from the same one (or have the same value in a field): keeps the best of them, best
 * first, or makes a pair of the best and the worst. Records of one origin stand side by side, so that a group is decided
 * when the next begins; where the order was changed before, or a field decides, all of them are waited for.
 */
export function createRankRunner(step: RankStep): OrderedRunner {
  const { result } = step;
  if (result.kind === 'quantile') return createQuantileRunner(step, result.share);
  let groups = new Map<string, Group>();
  let decided = 0;
  /** Whether all records so far stood in the order of their keys. */
  let inKeyOrder = step.by === undefined && step.all === undefined;

  const decide = (group: Group): Passage => {
    const competitors = group.members.map(({ score, takeOut }) => ({ score, item: takeOut() }));
    const number = decided;
    decided += 1;
    return result.kind === 'best'
      ? keepBest(competitors, result.keep, step.score, number)
      : makePair(competitors, step, result);
  };

  return {
    needsAll: step.by !== undefined || step.all === true,
    take(item, context) {
      const score = fieldAt(item.fields, step.score);
      if (score === undefined) return missingField(item, step.score);
      if (!isNumber(score)) return notANumber(item, step.score, score);
      const value = originOf(step, item);
      if (value === undefined) return missingField(item, step.by ?? '');
      const name = canonicalJson(value);
      inKeyOrder &&= formatKey(item.place) === formatKey(item.key);
      const [open] = groups.values();
      const finished = inKeyOrder && open !== undefined && open.name !== name ? open : undefined;
      if (finished !== undefined) groups.delete(finished.name);
      const group = groups.get(name) ?? { name, members: [] };
      groups.set(name, group);
      group.members.push({ score, takeOut: context.putAway(item) });
      return finished === undefined ? UNDECIDED : decide(finished);
    },
    *end() {
      const left = [...groups.values()];
      groups = new Map();
      for (const group of left) yield decide(group);
    },
  };
}

/** What those that compete have in common; undefined where the record has no such field. */
function originOf({ by, all }: RankStep, { key, fields }: Item): Json | undefined {
  if (all === true) return null;
  return by === undefined ? key.slice(0, -1) : fieldAt(fields, by);
}

/** Best first; of equals the one that stood first. */
function ranked(competitors: readonly Competitor[]): readonly Competitor[] {
  return competitors.toSorted((a, b) => b.score - a.score);
}

/** @param number of the group: those that are kept stand in its place, best first */
function keepBest(competitors: readonly Competitor[], keep: number, path: string, number: number): Passage {
  const order = ranked(competitors);
  const kept = order.slice(0, keep);
  const worst = kept.at(-1)?.score ?? 0;
  return {
    records: kept.map(({ item }, rank) => ({ item, place: [number, rank] })),
    rejections: order.slice(keep).map(({ item, score }) => {
      const message = `${path} is ${score}; the best ${keep} of ${order.length} are kept, down to ${worst}`;
      return { item, reason: 'not-best', message };
    }),
  };
}

function makePair(
  competitors: readonly Competitor[],
  step: RankStep,
  result: RankStep['result'] & { kind: 'pair' },
): Passage {
  const rejectAll = (reason: string, message: string): Passage => ({
    records: [],
    rejections: competitors.map(({ item }) => ({ item, reason, message })),
  });
  const order = ranked(competitors);
  const [best] = order;
  const worst = order.at(-1);
  if (best === undefined || worst === undefined || best === worst) {
    return rejectAll('too-few-answers', 'a pair takes two answers to a prompt, and there is one');
  }
  const apart = best.score - worst.score;
  if (apart === 0) {
    return rejectAll('tie', `all ${order.length} answers have the same ${step.score}, ${best.score}`);
  }
  if (apart < result.margin) {
    const message = `${step.score} is ${best.score} at best and ${worst.score} at worst; the margin is ${result.margin}`;
    return rejectAll('margin', message);
  }
  const chosen = fieldAt(best.item.fields, result.answer);
  const rejected = fieldAt(worst.item.fields, result.answer);
  const prompt = fieldAt(best.item.fields, result.prompt);
  if (chosen === undefined || rejected === undefined) {
    return rejectAll('missing-field', `the records have no field ${result.answer}`);
  }
  if (prompt === undefined) return rejectAll('missing-field', `the records have no field ${result.prompt}`);
  const fields: JsonObject = {
    ...inCommon(best.item.fields, worst.item.fields, [result.answer, step.score, result.prompt]),
    prompt,
    [result.chosen]: chosen,
    [result.rejected]: rejected,
    [result.scores]: { chosen: best.score, rejected: worst.score },
  };
  const [first = best] = competitors;
  const key: Key = step.by === undefined && step.all === undefined ? first.item.key.slice(0, -1) : first.item.key;
  const pair: Passed = { item: best.item, fields, key, madeFrom: [best.item, worst.item] };
  const rejections: TurnedDown[] = order.slice(1, -1).map(({ item, score }) => {
    const message = `${step.score} is ${score}: neither the best nor the worst of ${order.length} answers`;
    return { item, reason: 'not-paired', message };
  });
  return { records: [pair], rejections };
}

/** The fields that both have with the same value, without those that have become the pair's own. */
function inCommon(one: JsonObject, other: JsonObject, without: readonly string[]): JsonObject {
  const gone = without.map((path) => (Object.hasOwn(one, path) ? path : (path.split('.', 1)[0] ?? path)));
  return Object.fromEntries(
    Object.entries(one).filter(([name, value]) => {
      const same = other[name];
      return !gone.includes(name) && same !== undefined && canonicalJson(same) === canonicalJson(value);
    }),
  );
}
