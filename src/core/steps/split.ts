import { seededRandom, shuffled, type Random } from '../curate/seededRandom.ts';
import type { SplitStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner } from './ordered.ts';
import { missingField } from './turnDown.ts';
import { fieldAt } from './step.ts';

/** Records that stay together: positions in order of arrival. */
interface Unit {
  readonly positions: number[];
  readonly stratum: string;
}

/** Records that stay together and the value that says so; a record by itself has its number. */
type Grouped = readonly [string | number, Unit];

/**
 * Divides the records at random. The shares are met as nearly as the sizes of the groups allow, in each stratum by itself:
 * every group goes to the part that is farthest behind its share. The order of the records stays.
 */
export function createSplitRunner(step: SplitStep): OrderedRunner {
  const { by, stratify, parts, into, seed } = step;
  let kept: (() => Item)[] = [];
  let units = new Map<string | number, Unit>();
  /** Where groups have gone: one that comes again in a later round goes there, too. */
  const known = new Map<string, string>();
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
      const partOf = divide(units, parts, seededBy(seed, round), known);
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

type Draw = (stratum: number) => Random;

function seededBy(seed: number, round: number): Draw {
  return (stratum) => seededRandom(seed, [round, stratum]);
}

/** @param known the parts of groups from earlier rounds; those of this one are added */
function divide(
  units: ReadonlyMap<string | number, Unit>,
  parts: SplitStep['parts'],
  draw: Draw,
  known: Map<string, string>,
): ReadonlyMap<number, string> {
  const partOf = new Map<number, string>();
  for (const [number, stratum] of [...strataOf(units).values()].entries()) {
    const assigned = parts.map(() => 0);
    let total = 0;
    const assign = ([group, { positions }]: Grouped, chosen: number): void => {
      total += positions.length;
      assigned[chosen] = (assigned[chosen] ?? 0) + positions.length;
      const name = parts[chosen]?.name ?? '';
      if (typeof group === 'string') known.set(group, name);
      for (const position of positions) partOf.set(position, name);
    };
    const earlier = (group: string | number): number =>
      typeof group === 'string' ? parts.findIndex(({ name }) => name === known.get(group)) : -1;
    for (const unit of stratum) if (earlier(unit[0]) !== -1) assign(unit, earlier(unit[0]));
    for (const unit of shuffled(stratum, draw(number))) {
      const [group, { positions }] = unit;
      if (earlier(group) !== -1) continue;
      const behind = parts.map(({ share }, index) => share * (total + positions.length) - (assigned[index] ?? 0));
      assign(unit, behind.indexOf(Math.max(...behind)));
    }
  }
  return partOf;
}

function strataOf(units: ReadonlyMap<string | number, Unit>): ReadonlyMap<string, readonly Grouped[]> {
  return Map.groupBy(units, ([, { stratum }]) => stratum);
}
