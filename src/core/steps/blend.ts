import { seededRandom, shuffled } from '../curate/seededRandom.ts';
import type { BlendStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { tooFew, type Shortage } from './tooFew.ts';
import { UNDECIDED, type OrderedRunner, type Passage } from './ordered.ts';

interface Drawn {
  readonly source: number;
  readonly position: number;
  /** Counts how often the record was drawn before. */
  readonly copy: number;
}

/** Mixes the records of several steps, so many of each, drawn at random. A source that holds too few is drawn from again. */
export function createBlendRunner(step: BlendStep): OrderedRunner {
  const { sources, repeat, order, seed, mark } = step;
  const numbers = new Map(sources.map((source, number) => [source.step, number]));
  let kept: (() => Item)[][] = sources.map(() => []);
  let round = 0;
  let place = 0;
  let shortages: readonly Shortage[] = [];

  function passage({ source, copy }: Drawn, item: Item): Passage {
    const fields = mark === undefined ? item.fields : { ...item.fields, [mark]: sources[source]?.step ?? '' };
    const key = repeat ? { key: [...item.key, copy] } : {};
    place += 1;
    return { records: [{ item, fields, ...key, place: [place - 1] }], rejections: [] };
  }

  return {
    needsAll: true,
    take(item, context) {
      const number = numbers.get(item.origin?.step ?? '') ?? 0;
      kept[number]?.push(context.putAway(item));
      return UNDECIDED;
    },
    *end() {
      const held = kept;
      kept = sources.map(() => []);
      const lengths = held.map((source) => source.length);
      const wanted = sizes(step, lengths);
      shortages = sources.map((source, number): Shortage => {
        const there = lengths[number] ?? 0;
        // One that is repeated is enough, however small, and nothing cannot be repeated.
        return { of: source.step, there: repeat && there > 0 ? Infinity : there, wanted: wanted[number] ?? 0 };
      });
      const drawn = lengths.flatMap((there, number) =>
        draw(number, there, limited(wanted[number] ?? 0, there, repeat), seed, round),
      );
      const mixed = order === 'mixed' ? shuffled(drawn, seededRandom(seed, [round])) : drawn;
      round += 1;
      const isDrawn = held.map((source) => new Uint8Array(source.length));
      for (const one of mixed) {
        const takeOut = held[one.source]?.[one.position];
        const flags = isDrawn[one.source];
        if (takeOut === undefined || flags === undefined) throw new Error('a record was drawn that is not there');
        flags[one.position] = 1;
        yield passage(one, takeOut());
      }
      for (const [source, all] of held.entries()) {
        for (const [position, takeOut] of all.entries()) {
          if (isDrawn[source]?.[position] === 1) continue;
          const rejection = { item: takeOut(), reason: 'not-drawn', message: 'it was not drawn' };
          yield { records: [], rejections: [rejection] };
        }
      }
    },
    remark: () => tooFew(step.id, shortages),
  };
}

/** Records of each source. With weights: as many in all as was said, or as the scarcest source allows. */
function sizes({ sources, total }: BlendStep, held: readonly number[]): readonly number[] {
  if (sources.every((source) => 'count' in source)) {
    return sources.map((source) => ('count' in source ? source.count : 0));
  }
  const weights = sources.map((source) => ('weight' in source ? source.weight : 0));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const possible = Math.min(...weights.map((weight, number) => ((held[number] ?? 0) * whole) / weight));
  const all = total ?? Math.floor(possible);
  return weights.map((weight) => Math.round((all * weight) / whole));
}

function limited(wanted: number, held: number, repeat: boolean): number {
  if (held === 0) return 0;
  return repeat ? wanted : Math.min(wanted, held);
}

/** Every record once before any is drawn again; in their order. */
function draw(source: number, held: number, wanted: number, seed: number, round: number): Drawn[] {
  const positions = Array.from({ length: held }, (_, position) => position);
  const drawn: Drawn[] = [];
  for (let copy = 0; drawn.length < wanted; copy += 1) {
    const order = shuffled(positions, seededRandom(seed, [round, source, copy]));
    const chosen = order.slice(0, wanted - drawn.length).sort((a, b) => a - b);
    drawn.push(...chosen.map((position) => ({ source, position, copy })));
  }
  return drawn;
}
