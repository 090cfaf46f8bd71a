/**
 * The dataflow: records stream from the sources through the steps into the sinks. A record moves on as soon as it exists;
 * only sinks restore the order, each with lines of its own (see line.ts). A *route* is one way from a source to a sink;
 * a record carries a seat for each route that it is on.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SourceEntry } from '../datasets/readSource.ts';
import type { PlanStep, ReadStep } from '../pipeline/plan.ts';
import type { Key } from '../record/key.ts';
import type { Item, Origin } from '../record/record.ts';
import type { Outcome, Rejection } from '../steps/step.ts';
import { Line, type Held, type LineSink, type Seat } from './line.ts';

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

/** What happens to records, told to whoever counts and keeps them. */
export interface FlowObserver {
  entered(step: string): void;
  left(step: string, outcome: Outcome): void;
  /** Something was turned down. `item` is absent for what a source could not read. */
  rejected(step: string, rejection: Rejection, item: Pick<Item, 'key' | 'fields' | 'origin'>): void;
}

/** Keeps finished records that may not be committed yet. */
export interface HeldStore {
  put(text: string): Held;
  get(held: Held): string;
}

export interface FlowOptions {
  readonly steps: readonly PlanStep[];
  /** Runs a step that has inputs (or asks a model from nothing). */
  readonly work: (step: PlanStep, item: Item) => Outcome | Promise<Outcome>;
  readonly read: (step: ReadStep) => AsyncIterable<SourceEntry>;
  readonly sinks: readonly FlowSink[];
  readonly observer: FlowObserver;
  readonly held: HeldStore;
  /** Whether another record may enter, given how many are on their way. */
  readonly mayEnter: (open: number) => boolean;
  /** Whether to go through the sources once more; `round` is the number of the next one. Absent: one round. */
  readonly another?: (round: number) => boolean;
}

interface Route {
  readonly sink: SinkState;
  /** Step → the step behind it on this route; null: the sink. */
  readonly next: ReadonlyMap<string, string | null>;
  readonly head: string;
}

type RouteLine = Line<Route>;
type RouteSeat = Seat<Route>;

/** A sink with its lines in order: route after route, round after round. */
class SinkState implements LineSink {
  readonly target: FlowSink;
  readonly #held: HeldStore;
  readonly #lines: RouteLine[] = [];
  #active = 0;

  constructor(target: FlowSink, held: HeldStore) {
    this.target = target;
    this.#held = held;
  }

  add(line: RouteLine): void {
    this.#lines.push(line);
    if (this.#lines.length - 1 === this.#active) line.activate();
  }

  commit(content: Held): void {
    if (!this.target.full) this.target.commit(this.#held.get(content));
  }

  exhausted(): void {
    this.#active += 1;
    this.#lines[this.#active]?.activate();
  }
}

/** Backlog of a sink above which no further record enters, in characters. */
export const BACKLOG_LIMIT = 1 << 20;
/** So many records enter before the event loop gets a turn, so that a flow without questions stays responsive. */
const TURN_RECORDS = 256;

export class Flow {
  readonly #options: FlowOptions;
  readonly #steps: ReadonlyMap<string, PlanStep>;
  readonly #routes: readonly Route[];
  readonly #sinks: readonly SinkState[];
  /** Records under way in steps that answer later. */
  #open = 0;
  #room: (() => void) | undefined;
  #stopped = false;
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#steps = new Map(options.steps.map((step) => [step.id, step]));
    this.#sinks = options.sinks.map((sink) => new SinkState(sink, options.held));
    this.#routes = this.#sinks.flatMap((sink) =>
      this.#routesTo(sink.target.from, sink, new Map([[sink.target.from, null]])),
    );
    // Whoever runs the flow sees the failure; nobody may have asked yet when it comes.
    this.#failure.promise.catch(() => undefined);
  }

  /**
   * Runs until every record has arrived or every sink is full.
   *
   * @throws whatever a step throws; records that arrived before are committed
   */
  async run(): Promise<void> {
    await Promise.race([this.#rounds(), this.#failure.promise]);
  }

  /** No further record enters and no result moves on. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Lets the flow look again whether a record may enter. */
  poke(): void {
    this.#wake();
  }

  /** All ways from a source to the step, in place order. */
  #routesTo(id: string, sink: SinkState, next: ReadonlyMap<string, string | null>): Route[] {
    const step = this.#steps.get(id);
    if (step === undefined) throw new Error(`no step ${id}`);
    if (step.from.length === 0) return [{ sink, next, head: id }];
    return step.from.flatMap(({ step: before }) => this.#routesTo(before, sink, new Map([...next, [before, id]])));
  }

  async #rounds(): Promise<void> {
    const { another } = this.#options;
    for (let round = 0; round === 0 || another?.(round) === true; round += 1) {
      const prefix = another === undefined ? [] : [round];
      const lines = this.#routes.map((route) => {
        const line = new Line(route.sink, route);
        route.sink.add(line);
        return line;
      });
      for (const head of new Set(this.#routes.map((route) => route.head))) {
        const own = lines.filter((line) => line.route.head === head);
        await this.#enterAll(head, own, prefix);
        for (const line of own) line.close();
      }
      while (this.#open > 0 && !this.#finished()) await this.#waitForRoom();
      if (this.#finished()) return;
    }
  }

  async #enterAll(head: string, lines: readonly RouteLine[], prefix: readonly number[]): Promise<void> {
    const step = this.#steps.get(head);
    if (step === undefined || this.#finished()) return;
    if (step.kind !== 'read') {
      const seats = lines.map((line) => line.append());
      await this.#untilRoom();
      if (!this.#finished()) this.#process(step, { fields: {}, key: prefix, place: prefix }, seats);
      return;
    }
    let entered = 0;
    for await (const entry of this.#options.read(step)) {
      await this.#untilRoom();
      if (this.#finished()) return;
      this.#enter(step, lines, entry, [...prefix, ...entry.key]);
      entered += 1;
      if (entered % TURN_RECORDS === 0) await nextTurn();
    }
  }

  #enter(step: ReadStep, lines: readonly RouteLine[], entry: SourceEntry, key: readonly number[]): void {
    const { observer } = this.#options;
    observer.entered(step.id);
    if (entry.kind === 'problem') {
      const { file, line } = entry.position;
      const where = line === undefined ? file : `${file}:${line}`;
      const rejection = { reason: entry.reason, message: `${where}: ${entry.message}` };
      observer.left(step.id, { records: [], rejections: [rejection] });
      observer.rejected(step.id, rejection, { key, fields: {} });
      return;
    }
    const { fields } = entry;
    observer.left(step.id, { records: [{ fields, index: null }], rejections: [] });
    const seats = lines.map((line) => line.append());
    this.#moveOn(step.id, { fields, key, place: key, origin: { step: step.id, key } }, seats);
  }

  /** Lets a step work on a record; its results move on when they are there. */
  #process(step: PlanStep, item: Item, seats: readonly RouteSeat[]): void {
    this.#options.observer.entered(step.id);
    let outcome: Outcome | Promise<Outcome>;
    try {
      outcome = this.#options.work(step, item);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (!(outcome instanceof Promise)) {
      this.#settle(step, item, seats, outcome);
      return;
    }
    this.#open += 1;
    outcome.then(
      (result) => {
        this.#open -= 1;
        try {
          if (!this.#stopped) this.#settle(step, item, seats, result);
        } catch (error) {
          this.#fail(error);
        }
        this.#wake();
      },
      (error: unknown) => {
        this.#open -= 1;
        this.#fail(error);
        this.#wake();
      },
    );
  }

  #settle(step: PlanStep, item: Item, seats: readonly RouteSeat[], outcome: Outcome): void {
    const { observer } = this.#options;
    observer.left(step.id, outcome);
    for (const rejection of outcome.rejections) observer.rejected(step.id, rejection, item);
    const { records } = outcome;
    const places = seats.map((seat) => seat.line.replace(seat, records.length));
    records.forEach((record, number) => {
      const { index } = record;
      const key = index === null ? item.key : [...item.key, index];
      const place = item.place === item.key ? key : index === null ? item.place : [...item.place, index];
      const made = originOf(step.id, key, record.address, item.origin);
      const origin = record.addresses === undefined ? made : { ...made, addresses: record.addresses };
      const own: RouteSeat[] = [];
      for (const row of places) {
        const seat = row[number];
        if (seat !== undefined) own.push(seat);
      }
      this.#moveOn(step.id, { fields: record.fields, key, place, origin }, own);
    });
  }

  /** Hands a record that a step has yielded to the steps and sinks behind it. */
  #moveOn(from: string, item: Item, seats: readonly RouteSeat[]): void {
    // Most records arrive, and need no groups.
    let groups: Map<string, RouteSeat[]> | undefined;
    for (const seat of seats) {
      const { route } = seat.line;
      const next = route.next.get(from) ?? null;
      if (next === null) this.#arrive(route.sink, item, seat);
      else {
        groups ??= new Map();
        const group = groups.get(next);
        if (group === undefined) groups.set(next, [seat]);
        else group.push(seat);
      }
    }
    if (groups === undefined) return;
    for (const [next, group] of groups) {
      const step = this.#steps.get(next);
      if (step !== undefined)
        this.#process(step, prefixed(step, from, item, this.#options.another !== undefined), group);
    }
  }

  #arrive(sink: SinkState, item: Item, seat: RouteSeat): void {
    const text = sink.target.prepare(item);
    if (text === null) seat.line.replace(seat, 0);
    else seat.line.fill(seat, seat.line.isNext(seat) ? text : this.#options.held.put(text));
  }

  #finished(): boolean {
    return this.#stopped || this.#sinks.every((sink) => sink.target.full);
  }

  #fail(error: unknown): void {
    this.#stopped = true;
    this.#failure.reject(error instanceof Error ? error : new Error(String(error)));
  }

  async #untilRoom(): Promise<void> {
    const { mayEnter, sinks } = this.#options;
    while (!this.#finished() && !mayEnter(this.#open)) await this.#waitForRoom();
    // Writers report no progress of their own; a short look now and then is enough for what is not a queue of ours.
    while (!this.#finished() && sinks.some((sink) => sink.backlog > BACKLOG_LIMIT)) await nextTurn();
  }

  #waitForRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  #wake(): void {
    const room = this.#room;
    this.#room = undefined;
    room?.();
  }
}

function originOf(step: string, key: Key, address: string | undefined, parent: Origin | undefined): Origin {
  if (address === undefined) return parent === undefined ? { step, key } : { step, key, parent };
  return parent === undefined ? { step, key, address } : { step, key, address, parent };
}

/** A record with the index of its source before its key (behind the round), where the step has several sources. */
function prefixed(step: PlanStep, from: string, item: Item, rounds: boolean): Item {
  if (!step.prefixesKeys) return item;
  const source = step.from.find((entry) => entry.step === from)?.source ?? 0;
  const behindRound = ([first = 0, ...rest]: readonly number[]): readonly number[] => [first, source, ...rest];
  const insert = rounds ? behindRound : (path: readonly number[]): readonly number[] => [source, ...path];
  const key = insert(item.key);
  return { ...item, key, place: item.place === item.key ? key : insert(item.place) };
}
