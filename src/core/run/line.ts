import type { SetAside } from './spill.ts';

/**
 * How results that were computed in any order are committed in place order.
 *
 * A line is a queue of seats in place order. A record on its way to an output holds a seat in that output's line. When a
 * step turns a record into several, its seat becomes as many neighbouring seats; when it is dropped, the seat goes. A
 * record that has arrived fills its seat; whatever stands filled at the head of the line is committed. Every operation
 * is constant in time, and nobody has to know beforehand how many records there will be.
 */
export class Seat<Route, Content = Held> {
  readonly line: Line<Route, Content>;
  previous: Seat<Route, Content> | undefined;
  next: Seat<Route, Content> | undefined;
  /** What arrived, as the sink wants it back; undefined while it is awaited. */
  content: Content | undefined;

  constructor(line: Line<Route, Content>) {
    this.line = line;
  }
}

/** Content of a filled seat: the text itself, or set aside (see spill.ts). */
export type Held = string | SetAside;

/** Takes contents of a line in place order. */
export interface LineSink<Content = Held> {
  /** Called once per filled seat, in order; must not throw. */
  commit(content: Content): void;
  /** The head of the line at the front has moved to its end: everything before was committed and nothing more will come. */
  exhausted(): void;
}

export class Line<Route = undefined, Content = Held> {
  /** What the line belongs to, for whoever made it. */
  readonly route: Route;
  #head: Seat<Route, Content> | undefined;
  #tail: Seat<Route, Content> | undefined;
  #closed = false;
  #reported = false;
  /** Only the line at the front of its sink commits; the ones behind it hold what they have. */
  #active = false;
  readonly #sink: LineSink<Content>;

  constructor(sink: LineSink<Content>, route: Route) {
    this.#sink = sink;
    this.route = route;
  }

  /** Whether the seat is the one whose content would be committed next. */
  isNext(seat: Seat<Route, Content>): boolean {
    return this.#active && this.#head === seat;
  }

  /** A seat behind all others, for a record that enters the line in order. */
  append(): Seat<Route, Content> {
    const seat = new Seat<Route, Content>(this);
    seat.previous = this.#tail;
    if (this.#tail === undefined) this.#head = seat;
    else this.#tail.next = seat;
    this.#tail = seat;
    return seat;
  }

  /** The record in the seat became `count` records (0: it is gone). Returns their seats in order. */
  replace(seat: Seat<Route, Content>, count: number): Seat<Route, Content>[] {
    if (count === 1) return [seat];
    if (count === 0) {
      this.#unlink(seat);
      this.#advance();
      return [];
    }
    const seats = [seat];
    let last = seat;
    for (let index = 1; index < count; index += 1) {
      const added = new Seat<Route, Content>(this);
      added.previous = last;
      added.next = last.next;
      if (last.next === undefined) this.#tail = added;
      else last.next.previous = added;
      last.next = added;
      seats.push(added);
      last = added;
    }
    return seats;
  }

  /** The record of the seat has arrived. */
  fill(seat: Seat<Route, Content>, content: Content): void {
    seat.content = content;
    if (this.#head === seat) this.#advance();
  }

  /** No further seat will be appended (seats may still be replaced). */
  close(): void {
    this.#closed = true;
    this.#advance();
  }

  /** This line is now at the front of its sink. */
  activate(): void {
    this.#active = true;
    this.#advance();
  }

  #advance(): void {
    if (!this.#active) return;
    while (this.#head?.content !== undefined) {
      const { content } = this.#head;
      this.#unlink(this.#head);
      this.#sink.commit(content);
    }
    if (this.#closed && this.#head === undefined && !this.#reported) {
      this.#reported = true;
      this.#sink.exhausted();
    }
  }

  #unlink(seat: Seat<Route, Content>): void {
    if (seat.previous === undefined) this.#head = seat.next;
    else seat.previous.next = seat.next;
    if (seat.next === undefined) this.#tail = seat.previous;
    else seat.next.previous = seat.previous;
    seat.previous = undefined;
    seat.next = undefined;
  }
}
