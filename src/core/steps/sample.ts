import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import { ExpressionError, isTruthy, parseExpression, type Expression } from '../pipeline/expression.ts';
import type { SampleStep } from '../pipeline/plan.ts';
import type { Json } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';
import { fieldAt, type Rejection } from './step.ts';
import { missingField } from './turnDown.ts';
import { tooFew, type Shortage } from './tooFew.ts';

/** Records of one value of the field, or all. */
interface Group {
  readonly name: string;
  /** Of its records, in `kept`. */
  readonly positions: number[];
}

/**
 * Draws records at random, from all or from those of each value of a field. Their order stays. Nothing is drawn where the
 * target is reached. Values of which there are fewer than wanted are told at the end.
 */
export function createSampleRunner(step: SampleStep): OrderedRunner {
  const { size, per, seed, target, rest, when } = step;
  const condition = when === undefined ? undefined : parseExpression(when);
  let kept: (() => Item)[] = [];
  /** By the value of the field, as JSON. */
  let groups = new Map<string, Group>();
  let round = 0;
  let shortages: readonly Shortage[] = [];
  return {
    needsAll: true,
    take(item, context) {
      const eligible = condition === undefined || holds(condition, item);
      if (typeof eligible === 'object') return { records: [], rejections: [{ item, ...eligible }] };
      const value = per === undefined ? null : fieldAt(item.fields, per);
      if (value === undefined) return missingField(item, per ?? '');
      const name = nameOf(value);
      if (eligible && hasNoQuota(size, name)) return rest === 'quiet' ? UNDECIDED : withoutQuota(item, per ?? '', name);
      if (eligible) {
        const key = JSON.stringify(value);
        const group = groups.get(key) ?? { name, positions: [] };
        groups.set(key, group);
        group.positions.push(kept.length);
      }
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const enough = target !== undefined && kept.length >= target;
      const wanted = enough ? [] : wantedOf(step, [...groups.values()]);
      const drawn = new Set<number>();
      for (const [number, { group, count }] of wanted.entries()) {
        const order = shuffled(group.positions, seededRandom(seed, [round, number]));
        for (const position of order.slice(0, count)) drawn.add(position);
      }
      if (!enough) shortages = shortagesOf(step, wanted, groups);
      const all = kept;
      kept = [];
      groups = new Map();
      round += 1;
      for (const [position, takeOut] of all.entries()) {
        const item = takeOut();
        if (!drawn.has(position) && rest === 'quiet') continue;
        yield drawn.has(position)
          ? { records: [{ item }], rejections: [] }
          : { records: [], rejections: [{ item, reason: 'not-drawn', message: 'it was not drawn' }] };
      }
    },
    remark: () => tooFew(step.id, shortages),
  };
}

/** Whether the record can be drawn; where that cannot be told, why. */
function holds(condition: Expression, item: Item): boolean | Pick<Rejection, 'reason' | 'message'> {
  try {
    return isTruthy(condition.evaluate(item.fields));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const reason = error.code === 'unknown-name' ? 'missing-field' : 'not-comparable';
    return { reason, message: `${condition.text}: ${error.message}` };
  }
}

interface Wanted {
  readonly group: Group;
  readonly count: number;
}

function wantedOf({ size, atLeast = 0 }: SampleStep, groups: readonly Group[]): readonly Wanted[] {
  const rarest = Math.min(...groups.map(({ positions }) => positions.length));
  return groups.map((group) => {
    if ('count' in size) return { group, count: size.count };
    if ('balanced' in size) return { group, count: rarest };
    if ('quotas' in size) return { group, count: quotaOf(size, group.name) };
    return { group, count: Math.max(atLeast, Math.round(size.ratio * group.positions.length)) };
  });
}

/** Values with fewer records than wanted; those with a quota of which there are none at all are among them. */
function shortagesOf(
  { size, per }: SampleStep,
  wanted: readonly Wanted[],
  groups: ReadonlyMap<string, Group>,
): readonly Shortage[] {
  if ('ratio' in size) return [];
  const found = new Set([...groups.values()].map(({ name }) => name));
  const missing = 'quotas' in size ? Object.entries(size.quotas).filter(([name]) => !found.has(name)) : [];
  return [
    ...wanted.map(({ group: { name, positions }, count }) => {
      return { of: per === undefined ? null : name, there: positions.length, wanted: count };
    }),
    ...missing.map(([name, count]) => ({ of: name, there: 0, wanted: count })),
  ];
}

type Quotas = Extract<SampleStep['size'], { readonly others: number }>;

function quotaOf({ quotas, others }: Quotas, name: string): number {
  return Object.hasOwn(quotas, name) ? (quotas[name] ?? others) : others;
}

function hasNoQuota(size: SampleStep['size'], name: string): boolean {
  return 'quotas' in size && size.others === 0 && !Object.hasOwn(size.quotas, name);
}

function withoutQuota(item: Item, field: string, name: string): Passage {
  const message = `there is no quota for ${field} ${JSON.stringify(name)}`;
  return { records: [], rejections: [{ item, reason: 'no-quota', message }] };
}

/** The value as quotas name it. */
function nameOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
