import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import type { ShuffleStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { UNDECIDED, type OrderedRunner } from './ordered.ts';

/** Yields the records in random order, with new places. Each round of a run is shuffled by itself. */
export function createShuffleRunner({ seed }: ShuffleStep): OrderedRunner {
  let kept: (() => Item)[] = [];
  let round = 0;
  let place = 0;
  return {
    needsAll: true,
    take(item, context) {
      kept.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const order = shuffled(kept, seededRandom(seed, [round]));
      kept = [];
      round += 1;
      for (const takeOut of order) {
        yield { records: [{ item: takeOut(), place: [place] }], rejections: [] };
        place += 1;
      }
    },
  };
}
