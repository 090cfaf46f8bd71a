import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import type { SampleStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';
import { fieldAt } from './step.ts';

/** Draws records at random, from all or from those of each value of a field. Their order stays. */
export function createSampleRunner({ size, per, seed }: SampleStep): OrderedRunner {
  let kept: (() => Item)[] = [];
  /** Value of the field, as JSON → positions of its records in `kept`. */
  let groups = new Map<string, number[]>();
  let round = 0;
  return {
    needsAll: true,
    take(item, context) {
      const value = per === undefined ? null : fieldAt(item.fields, per);
      if (value === undefined) return missingField(item, per ?? '');
      const name = JSON.stringify(value);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [kept.length]);
      else group.push(kept.length);
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const drawn = new Set<number>();
      for (const [number, positions] of [...groups.values()].entries()) {
        const wanted = 'count' in size ? size.count : Math.round(size.ratio * positions.length);
        const order = shuffled(positions, seededRandom(seed, [round, number]));
        for (const position of order.slice(0, wanted)) drawn.add(position);
      }
      const all = kept;
      kept = [];
      groups = new Map();
      round += 1;
      for (const [position, takeOut] of all.entries()) {
        const item = takeOut();
        yield drawn.has(position)
          ? { records: [{ item }], rejections: [] }
          : { records: [], rejections: [{ item, reason: 'not-drawn', message: 'it was not drawn' }] };
      }
    },
  };
}

/** Turns a record down that lacks the field which the step goes by. */
export function missingField(item: Item, field: string): Passage {
  const message = `the record has no field ${field}`;
  return { records: [], rejections: [{ item, reason: 'missing-field', message }] };
}
