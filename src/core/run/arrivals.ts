/** Where routes end: an output, or a step that wants its records in order. */
import type { JsonObject } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import type { Line, LineSink, Held, Seat } from './line.ts';

/** What waits in a seat: a record prepared for its output, or one on its way into an ordered step. */
export type Waiting = Held | Item;

export interface Route {
  readonly end: Arrivals;
  /** Step → the step behind it on this route; null: the route's end. */
  readonly next: ReadonlyMap<string, string | null>;
  readonly head: string;
}

export type RouteLine = Line<Route, Waiting>;
export type RouteSeat = Seat<Route, Waiting>;

/** The end of routes with their lines in order: route after route, round after round. */
export abstract class Arrivals implements LineSink<Waiting> {
  readonly #lines: RouteLine[] = [];
  #active = 0;

  /** Whether nothing that arrives changes anything any more. */
  abstract get full(): boolean;
  /** A record has arrived. `from` is the step it comes from. */
  abstract arrive(from: string, item: Item, seat: RouteSeat): void;
  abstract commit(content: Waiting): void;

  add(line: RouteLine): void {
    this.#lines.push(line);
    if (this.#lines.length - 1 === this.#active) line.activate();
  }

  exhausted(): void {
    this.#active += 1;
    const next = this.#lines[this.#active];
    if (next === undefined) this.allExhausted();
    else next.activate();
  }

  /** Every line that was added has come to its end. */
  protected allExhausted(): void {
    // Outputs are complete when the flow is.
  }
}

/** Keeps finished records that may not be committed yet. */
export interface HeldStore {
  put(text: string): Held;
  get(held: Held): string;
}

/** Where records end up, in place order. */
export interface FlowSink {
  /** The step it takes its records from. */
  readonly from: string;
  /** Turns a record into what is committed; called once, in any order. Null: it was turned down and leaves the line. */
  prepare(item: Item): string | null;
  /** Takes a prepared record, in place order. */
  commit(prepared: string): void;
  /** Whether it wants no further record. */
  readonly full: boolean;
  /** Characters accepted and not yet written; the flow waits while there are many. */
  readonly backlog: number;
}

/** The end of the routes to an output. */
export class OutputArrivals extends Arrivals {
  readonly target: FlowSink;
  readonly #held: HeldStore;

  constructor(target: FlowSink, held: HeldStore) {
    super();
    this.target = target;
    this.#held = held;
  }

  get full(): boolean {
    return this.target.full;
  }

  arrive(_from: string, item: Item, seat: RouteSeat): void {
    const text = this.target.prepare(item);
    if (text === null) seat.line.replace(seat, 0);
    else seat.line.fill(seat, seat.line.isNext(seat) ? text : this.#held.put(text));
  }

  commit(content: Waiting): void {
    if (!this.target.full && !isItem(content)) this.target.commit(this.#held.get(content));
  }
}

export function isItem(content: Waiting): content is Item {
  return typeof content === 'object' && 'fields' in content;
}

/** A record as text that {@link itemOf} reads. */
export function textOf({ fields, key, place, origin }: Item): string {
  return JSON.stringify({ fields, key, place: place === key ? undefined : place, origin });
}

/** The record of a text that {@link textOf} made, and nobody else. */
export function itemOf(text: string): Item {
  const {
    fields,
    key,
    place = key,
    origin,
  } = JSON.parse(text) as Omit<Item, 'place'> & {
    readonly fields: JsonObject;
    readonly place?: Item['place'];
  };
  return origin === undefined ? { fields, key, place } : { fields, key, place, origin };
}
