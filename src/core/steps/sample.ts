import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import type { SampleStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';
import { ExpressionError, isTruthy, parseExpression, type Expression } from '../pipeline/expression.ts';
import { fieldAt, type Rejection } from './step.ts';

/** Draws records at random, from all or from those of each value of a field. Their order stays. Nothing is drawn where the target is reached. */
export function createSampleRunner({ size, per, seed, atLeast = 0, target, rest, when }: SampleStep): OrderedRunner {
  const condition = when === undefined ? undefined : parseExpression(when);
  let kept: (() => Item)[] = [];
  /** Value of the field, as JSON → positions of its records in `kept`. */
  let groups = new Map<string, number[]>();
  let round = 0;
  return {
    needsAll: true,
    take(item, context) {
      const eligible = condition === undefined || holds(condition, item);
      if (typeof eligible === 'object') return { records: [], rejections: [{ item, ...eligible }] };
      const value = per === undefined ? null : fieldAt(item.fields, per);
      if (value === undefined) return missingField(item, per ?? '');
      const name = JSON.stringify(value);
      const group = groups.get(name);
      if (eligible && group === undefined) groups.set(name, [kept.length]);
      else if (eligible) group?.push(kept.length);
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const drawn = new Set<number>();
      const enough = target !== undefined && kept.length >= target;
      for (const [number, positions] of [...groups.values()].entries()) {
        const wanted = enough ? 0 : wantedOf(size, positions.length, atLeast);
        const order = shuffled(positions, seededRandom(seed, [round, number]));
        for (const position of order.slice(0, wanted)) drawn.add(position);
      }
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

function wantedOf(size: SampleStep['size'], there: number, atLeast: number): number {
  return 'count' in size ? size.count : Math.max(atLeast, Math.round(size.ratio * there));
}

/** Turns a record down that lacks the field which the step goes by. */
export function missingField(item: Item, field: string): Passage {
  const message = `the record has no field ${field}`;
  return { records: [], rejections: [{ item, reason: 'missing-field', message }] };
}
