import type { Item } from '../record/record.ts';
import type { OrderedContext, OrderedRunner, Passage } from '../steps/ordered.ts';
import {
  Arrivals,
  isItem,
  itemOf,
  textOf,
  type HeldStore,
  type RouteLine,
  type RouteSeat,
  type Waiting,
} from './arrivals.ts';

/** What a gate needs of the flow around it. */
export interface GateFlow {
  /** The record as the step gets it, coming from the step `from`. */
  incoming(from: string, item: Item): Item;
  /** The step has got another record. */
  taken(): void;
  /** Something was decided: its records move on into the lines. */
  moveOn(passage: Passage, lines: readonly RouteLine[]): void;
  /** Resolves when another record may move on; false: the flow has come to its end. */
  room(): Promise<boolean>;
  fail(error: unknown): void;
  /** The gate has done something that others may wait for. */
  changed(): void;
}

/** Closes the queue of a round. */
const END = Symbol('end');

/**
 * An ordered step in the flow: routes from the sources end here, in place order, and others begin. Records that come too
 * early are set aside; the step gets one at a time.
 */
export class Gate extends Arrivals {
  readonly #runner: OrderedRunner;
  readonly #flow: GateFlow;
  readonly #held: HeldStore;
  readonly #context: OrderedContext;
  /** Records that it takes at the most (a preview of a step that needs all). */
  readonly #limit: number;
  /** Lines that begin here, of the present round. */
  #lines: readonly RouteLine[] = [];
  readonly #queue: (Waiting | typeof END)[] = [];
  #taken = 0;
  #busy = false;
  #ended = true;

  constructor(runner: OrderedRunner, flow: GateFlow, held: HeldStore, limit: number) {
    super();
    this.#runner = runner;
    this.#flow = flow;
    this.#held = held;
    this.#limit = limit;
    this.#context = contextOf(held);
  }

  get full(): boolean {
    return this.#taken >= this.#limit;
  }

  /** Records that wait until the step has time for them. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether it is at work, or waits for room behind it. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Whether the round is over: the step has got all its records, and what it yielded has moved on. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** A round begins. @param lines the lines that begin here */
  begin(lines: readonly RouteLine[]): void {
    this.#lines = lines;
    this.#ended = false;
    if (!this.full) return;
    this.#queue.push(END);
    this.#work();
  }

  arrive(from: string, item: Item, seat: RouteSeat): void {
    const { line } = seat;
    if (this.full) {
      line.replace(seat, 0);
      return;
    }
    const incoming = this.#flow.incoming(from, item);
    line.fill(seat, line.isNext(seat) ? incoming : this.#held.put(textOf(incoming)));
  }

  commit(content: Waiting): void {
    if (this.full) return;
    this.#taken += 1;
    this.#queue.push(content);
    if (this.#taken >= this.#limit) this.#queue.push(END);
    this.#work();
  }

  close(): Promise<void> {
    return this.#runner.close?.() ?? Promise.resolve();
  }

  protected override allExhausted(): void {
    if (this.full) return;
    this.#queue.push(END);
    this.#work();
  }

  /** Hands the step what waits, as long as it answers at once. */
  #work(): void {
    while (!this.#busy) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (next === END) {
        this.#hold(this.#finish());
        return;
      }
      const item = isItem(next) ? next : itemOf(this.#held.get(next));
      let passage: Passage | Promise<Passage>;
      try {
        passage = this.#runner.take(item, this.#context);
      } catch (error) {
        this.#flow.fail(error);
        return;
      }
      this.#flow.taken();
      if (passage instanceof Promise) {
        this.#hold(
          passage.then((decided) => {
            this.#flow.moveOn(decided, this.#lines);
          }),
        );
      } else this.#flow.moveOn(passage, this.#lines);
    }
  }

  /** Goes on when the work is done. */
  #hold(work: Promise<void>): void {
    this.#busy = true;
    work.then(
      () => {
        this.#busy = false;
        this.#work();
        this.#flow.changed();
      },
      (error: unknown) => {
        this.#flow.fail(error);
      },
    );
  }

  async #finish(): Promise<void> {
    for await (const passage of this.#runner.end(this.#context)) {
      if (!(await this.#flow.room())) return;
      this.#flow.moveOn(passage, this.#lines);
    }
    for (const line of this.#lines) line.close();
    this.#ended = true;
  }
}

function contextOf(held: HeldStore): OrderedContext {
  return {
    putAway(item) {
      const away = held.put(textOf(item));
      return () => itemOf(held.get(away));
    },
  };
}
