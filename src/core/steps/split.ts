import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import type { SplitStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner } from './ordered.ts';
import { missingField } from './sample.ts';
import { fieldAt } from './step.ts';

/** Records that stay together: positions in order of arrival. */
interface Unit {
  readonly positions: number[];
  readonly stratum: string;
}

/**
 * Divides the records at random. The shares are met as nearly as the sizes of the groups allow, in each stratum by itself:
 * every group goes to the part that is farthest behind its share. The order of the records stays.
 */
export function createSplitRunner(step: SplitStep): OrderedRunner {
  const { by, stratify, parts, into, seed } = step;
  let kept: (() => Item)[] = [];
  let units = new Map<string | number, Unit>();
  let round = 0;
  return {
    needsAll: true,
    take(item, context) {
      const groupValue = by === undefined ? null : fieldAt(item.fields, by);
      if (groupValue === undefined) return missingField(item, by ?? '');
      const stratumValue = stratify === undefined ? null : fieldAt(item.fields, stratify);
      if (stratumValue === undefined) return missingField(item, stratify ?? '');
      const group = by === undefined ? kept.length : JSON.stringify(groupValue);
      const stratum = JSON.stringify(stratumValue);
      const unit = units.get(group);
      if (unit === undefined) units.set(group, { positions: [kept.length], stratum });
      else unit.positions.push(kept.length);
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const partOf = divide([...units.values()], parts, seed, round);
      const all = kept;
      kept = [];
      units = new Map();
      round += 1;
      for (const [position, takeOut] of all.entries()) {
        const item = takeOut();
        const fields = { ...item.fields, [into]: partOf.get(position) ?? '' };
        yield { records: [{ item, fields }], rejections: [] };
      }
    },
  };
}

function divide(
  units: readonly Unit[],
  parts: SplitStep['parts'],
  seed: number,
  round: number,
): ReadonlyMap<number, string> {
  const strata = new Map<string, Unit[]>();
  for (const unit of units) {
    const others = strata.get(unit.stratum);
    if (others === undefined) strata.set(unit.stratum, [unit]);
    else others.push(unit);
  }
  const partOf = new Map<number, string>();
  for (const [number, stratum] of [...strata.values()].entries()) {
    const assigned = parts.map(() => 0);
    let total = 0;
    for (const { positions } of shuffled(stratum, seededRandom(seed, [round, number]))) {
      total += positions.length;
      const behind = parts.map(({ share }, index) => share * total - (assigned[index] ?? 0));
      const chosen = behind.indexOf(Math.max(...behind));
      assigned[chosen] = (assigned[chosen] ?? 0) + positions.length;
      for (const position of positions) partOf.set(position, parts[chosen]?.name ?? '');
    }
  }
  return partOf;
}
