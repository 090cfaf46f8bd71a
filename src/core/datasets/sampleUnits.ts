import { seededRandom } from '../curate/seededRandom.ts';
import type { SampleChoice } from '../pipeline/sourcePlan.ts';
import type { Key } from '../record/key.ts';

/** What a sample is drawn from; what could not be read is told in any case. */
interface Drawn {
  readonly key: Key;
  readonly content: object;
}

/**
 * Takes some of the units, in their order. Which ones depends on the seed and their keys alone. Of a ratio each is decided
 * as it comes; of a count the winners so far are held until all were seen: those that drew the smallest numbers.
 */
export async function* sampleUnits<Unit extends Drawn>(
  units: Iterable<Unit> | AsyncIterable<Unit>,
  { seed, count, ratio }: SampleChoice,
): AsyncGenerator<Unit> {
  const winners = count === undefined ? null : new Winners<Unit>(count);
  let order = 0;
  for await (const unit of units) {
    if ('reason' in unit.content) {
      yield unit;
      continue;
    }
    const drawn = seededRandom(seed, unit.key)();
    if (winners !== null) winners.offer({ unit, drawn, order });
    else if (drawn < (ratio ?? 1)) yield unit;
    order += 1;
  }
  if (winners !== null) yield* winners.inOrder();
}

interface Ticket<Unit> {
  readonly unit: Unit;
  readonly drawn: number;
  readonly order: number;
}

/** The tickets with the smallest numbers, in a heap whose root is the largest of them. */
class Winners<Unit> {
  readonly #count: number;
  readonly #heap: Ticket<Unit>[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  offer(ticket: Ticket<Unit>): void {
    const heap = this.#heap;
    if (heap.length < this.#count) {
      heap.push(ticket);
      this.#rise(heap.length - 1);
    } else if (heap[0] !== undefined && isBefore(ticket, heap[0])) {
      heap[0] = ticket;
      this.#sink(0);
    }
  }

  inOrder(): readonly Unit[] {
    return this.#heap.toSorted((a, b) => a.order - b.order).map(({ unit }) => unit);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(parent, at)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const [leftTicket, rightTicket] = [this.#heap[left], this.#heap[right]];
      if (leftTicket === undefined) return;
      const larger = rightTicket !== undefined && isBefore(leftTicket, rightTicket) ? right : left;
      if (!this.#swapIfBefore(at, larger)) return;
      at = larger;
    }
  }

  /** Swaps two places when the upper ticket has the smaller number. */
  #swapIfBefore(upper: number, lower: number): boolean {
    const [above, below] = [this.#heap[upper], this.#heap[lower]];
    if (above === undefined || below === undefined || !isBefore(above, below)) return false;
    this.#heap[upper] = below;
    this.#heap[lower] = above;
    return true;
  }
}

function isBefore<Unit>(a: Ticket<Unit>, b: Ticket<Unit>): boolean {
  return a.drawn < b.drawn || (a.drawn === b.drawn && a.order < b.order);
}
