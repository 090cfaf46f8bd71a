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
import {
  OutputArrivals,
  type Arrivals,
  type FlowSink,
  type HeldStore,
  type Route,
  type RouteLine,
  type RouteSeat,
} from './arrivals.ts';
import { Gate } from './gate.ts';
import { Line } from './line.ts';
import type { OrderedRunner, Passage } from '../steps/ordered.ts';

export type { FlowSink, HeldStore } from './arrivals.ts';

/** What happens to records, told to whoever counts and keeps them. */
export interface FlowObserver {
  entered(step: string): void;
  left(step: string, outcome: Outcome): void;
  /** An ordered step let so many records move on, at any time after it took them (see `left`). */
  passed(step: string, records: number): void;
  /** A step has yielded a record, which moves on. */
  made?(step: string, item: Item): void;
  /** Something was turned down. `item` is absent for what a source could not read. */
  rejected(step: string, rejection: Rejection, item: Pick<Item, 'key' | 'fields' | 'origin'>): void;
}

export interface FlowOptions {
  readonly steps: readonly PlanStep[];
  /** Runs a step that has inputs (or asks a model from nothing). */
  readonly work: (step: PlanStep, item: Item) => Outcome | Promise<Outcome>;
  /** What does the work of a step that wants its records in place order; undefined for all others. Called once a step. */
  readonly ordered?: (step: PlanStep) => OrderedRunner | undefined;
  /** Records that a step which needs all of them gets at the most (a preview); absent: all. */
  readonly orderedLimit?: number;
  readonly read: (step: ReadStep) => AsyncIterable<SourceEntry>;
  readonly sinks: readonly FlowSink[];
  readonly observer: FlowObserver;
  readonly held: HeldStore;
  /** Whether another record may enter, given how many are on their way. */
  readonly mayEnter: (open: number) => boolean;
  /** Whether a record that has left a step goes on into the next; absent: all do. */
  readonly goesOn?: (from: string, next: string, key: Key) => boolean;
  /** Whether to go through the sources once more; `round` is the number of the next one. Absent: one round. */
  readonly another?: (round: number) => boolean;
}

/** Backlog of a sink above which no further record enters, in characters. */
export const BACKLOG_LIMIT = 1 << 20;
/** So many records enter before the event loop gets a turn, so that a flow without questions stays responsive. */
const TURN_RECORDS = 256;

export class Flow {
  readonly #options: FlowOptions;
  readonly #steps: ReadonlyMap<string, PlanStep>;
  readonly #routes: readonly Route[];
  readonly #outputs: readonly OutputArrivals[];
  readonly #gates: ReadonlyMap<string, Gate>;
  /** Records under way in steps that answer later. */
  #open = 0;
  readonly #awaitingRoom: (() => void)[] = [];
  #stopped = false;
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#steps = new Map(options.steps.map((step) => [step.id, step]));
    this.#outputs = options.sinks.map((sink) => new OutputArrivals(sink, options.held));
    this.#gates = new Map(options.steps.flatMap((step) => this.#gateOf(step)));
    this.#routes = [
      ...this.#outputs.flatMap((output) => this.#routesTo(output.target.from, output, new Map())),
      ...[...this.#gates].flatMap(([id, gate]) =>
        this.#sourcesOf(id).flatMap((from) => this.#routesTo(from, gate, new Map())),
      ),
    ];
    // Whoever runs the flow sees the failure; nobody may have asked yet when it comes.
    this.#failure.promise.catch(() => undefined);
  }

  /**
   * Runs until every record has arrived or every sink is full.
   *
   * @throws whatever a step throws; records that arrived before are committed
   */
  async run(): Promise<void> {
    try {
      await Promise.race([this.#rounds(), this.#failure.promise]);
    } finally {
      await Promise.all([...this.#gates.values()].map((gate) => gate.close()));
    }
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

  /**
   * Whether nothing can move but by records that somebody else holds.
   *
   * @param held records on their way whose step waits for them
   */
  isStill(held: number): boolean {
    const busy = [...this.#gates.values()].filter((gate) => gate.isBusy).length;
    // Whoever lets records in waits for room, and so does every gate that has something to do.
    return this.#open <= held && this.#awaitingRoom.length > busy;
  }

  #gateOf(step: PlanStep): [string, Gate][] {
    const runner = this.#options.ordered?.(step);
    if (runner === undefined) return [];
    const { held, orderedLimit } = this.#options;
    const limit = runner.needsAll ? orderedLimit : undefined;
    const around = {
      incoming: (from: string, item: Item): Item => {
        this.#options.observer.entered(step.id);
        return this.#prefixed(step, from, item);
      },
      taken: (): void => {
        this.#options.observer.left(step.id, { records: [], rejections: [] });
      },
      moveOn: (passage: Passage, lines: readonly RouteLine[]): void => {
        this.#pass(step, passage, lines);
      },
      room: async (): Promise<boolean> => {
        await this.#untilRoom();
        return !this.#finished();
      },
      fail: (error: unknown): void => {
        this.#fail(error);
      },
      changed: (): void => {
        this.#wake();
      },
    };
    return [[step.id, new Gate(runner, around, held, limit ?? Number.POSITIVE_INFINITY)]];
  }

  #sourcesOf(id: string): readonly string[] {
    return this.#steps.get(id)?.from.map(({ step }) => step) ?? [];
  }

  /** All ways from where records begin (a source, or an ordered step) by the step to an end, in place order. */
  #routesTo(id: string, end: Arrivals, behind: ReadonlyMap<string, string | null>, to: string | null = null): Route[] {
    const next = new Map([...behind, [id, to]]);
    const sources = this.#sourcesOf(id);
    if (sources.length === 0 || this.#gates.has(id)) return [{ end, next, head: id }];
    return sources.flatMap((before) => this.#routesTo(before, end, next, id));
  }

  async #rounds(): Promise<void> {
    const { another } = this.#options;
    for (let round = 0; round === 0 || another?.(round) === true; round += 1) {
      const prefix = another === undefined ? [] : [round];
      const lines = this.#routes.map((route) => {
        const line: RouteLine = new Line(route.end, route);
        route.end.add(line);
        return line;
      });
      for (const [id, gate] of this.#gates) gate.begin(lines.filter((line) => line.route.head === id));
      for (const head of new Set(this.#routes.map((route) => route.head))) {
        if (this.#gates.has(head)) continue;
        const own = lines.filter((line) => line.route.head === head);
        await this.#enterAll(head, own, prefix);
        for (const line of own) line.close();
      }
      while (this.#isUnderWay() && !this.#finished()) await this.#waitForRoom();
      if (this.#finished()) return;
    }
  }

  #isUnderWay(): boolean {
    return this.#open > 0 || [...this.#gates.values()].some((gate) => !gate.hasEnded);
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
      if (!this.#hasRoom()) await this.#untilRoom();
      if (this.#finished() || lines.every((line) => line.route.end.full)) return;
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

  /** What an ordered step has decided goes on into the lines that begin there. */
  #pass(step: PlanStep, { records, rejections }: Passage, lines: readonly RouteLine[]): void {
    const { observer } = this.#options;
    if (records.length > 0) observer.passed(step.id, records.length);
    for (const rejection of rejections) observer.rejected(step.id, rejection, rejection.item);
    for (const { item, fields = item.fields, key = item.key, place, madeFrom } of records) {
      const origin = { step: step.id, key, ...parentOf(item.origin), ...addressesOf(madeFrom ?? []) };
      const seats = lines.map((line) => line.append());
      this.#moveOn(step.id, { fields, key, place: place ?? (key === item.key ? item.place : key), origin }, seats);
    }
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
    this.#options.observer.made?.(from, item);
    // Most records arrive, and need no groups.
    let groups: Map<string, RouteSeat[]> | undefined;
    for (const seat of seats) {
      const { route } = seat.line;
      const next = route.next.get(from) ?? null;
      if (next === null) route.end.arrive(from, item, seat);
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
      if (step === undefined) continue;
      const ends =
        group.every((seat) => seat.line.route.end.full) || this.#options.goesOn?.(from, next, item.key) === false;
      if (ends) for (const seat of group) seat.line.replace(seat, 0);
      else this.#process(step, this.#prefixed(step, from, item), group);
    }
  }

  #prefixed(step: PlanStep, from: string, item: Item): Item {
    return prefixed(step, from, item, this.#options.another !== undefined);
  }

  #finished(): boolean {
    return this.#stopped || this.#outputs.every((output) => output.full);
  }

  #fail(error: unknown): void {
    this.#stopped = true;
    this.#failure.reject(error instanceof Error ? error : new Error(String(error)));
  }

  async #untilRoom(): Promise<void> {
    const { mayEnter } = this.#options;
    while (!this.#finished() && !mayEnter(this.#underWay())) await this.#waitForRoom();
    // Writers report no progress of their own; a short look now and then is enough for what is not a queue of ours.
    while (!this.#finished() && this.#isWriting()) await nextTurn();
  }

  #hasRoom(): boolean {
    return this.#options.mayEnter(this.#underWay()) && !this.#isWriting();
  }

  #isWriting(): boolean {
    return this.#options.sinks.some((sink) => sink.backlog > BACKLOG_LIMIT);
  }

  #underWay(): number {
    let count = this.#open;
    for (const gate of this.#gates.values()) count += gate.waiting;
    return count;
  }

  #waitForRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#awaitingRoom.push(resolve);
    });
  }

  #wake(): void {
    for (const resume of this.#awaitingRoom.splice(0)) resume();
  }
}

function parentOf(parent: Origin | undefined): Pick<Origin, 'parent'> {
  return parent === undefined ? {} : { parent };
}

/** The answers that the records were made from: of each, those of the nearest step that asked. */
function addressesOf(items: readonly Item[]): Pick<Origin, 'addresses'> {
  const addresses: string[] = [];
  for (const { origin } of items) {
    let at = origin;
    while (at !== undefined && at.address === undefined && at.addresses === undefined) at = at.parent;
    if (at?.addresses !== undefined) addresses.push(...at.addresses);
    else if (at?.address !== undefined) addresses.push(at.address);
  }
  return addresses.length === 0 ? {} : { addresses: [...new Set(addresses)] };
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
