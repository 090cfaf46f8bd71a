/**
 * Steps that see their records in place order, one after the other, and that may know when there are no more: what
 * de-duplicates, draws, shuffles, splits or gathers. All other steps work on each record by itself (see step.ts).
 */
import type { JsonObject } from '../record/json.ts';
import type { Key, Place } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import type { Rejection } from './step.ts';

/** A record that an ordered step lets through, or makes of several. */
export interface Passed {
  /** The record that it continues: key, place and history are this one's where nothing else is said. */
  readonly item: Item;
  /** Absent: as they were. */
  readonly fields?: JsonObject;
  /** Another key, for a record made of several: what their keys have in common. Its place is the key, too. */
  readonly key?: Key;
  /** Another place, where the step changes the order. The records must be yielded in the new order. */
  readonly place?: Place;
  /** All the records that it was made from, where there are several, so that it can be explained. */
  readonly madeFrom?: readonly Item[];
}

/** A record that was turned down, which need not be the one that came last. */
export interface TurnedDown extends Rejection {
  readonly item: Item;
}

/** What a step has decided: records that move on, in their order, and records that were turned down. */
export interface Passage {
  readonly records: readonly Passed[];
  readonly rejections: readonly TurnedDown[];
}

/** Nothing is decided yet. */
export const UNDECIDED: Passage = { records: [], rejections: [] };

/** What an ordered step may use. */
export interface OrderedContext {
  /**
   * Puts a record away, so that a step which must hold all of them needs little memory.
   *
   * @returns gives the record back, as often as it is asked
   */
  putAway(item: Item): () => Item;
}

/**
 * Does the work of an ordered step; made once a run, with state. Calls never overlap: the next record comes when the one
 * before has been dealt with.
 */
export interface OrderedRunner {
  /** Whether it yields only at the end: a preview then hands it only as many records as it wants to see. */
  readonly needsAll: boolean;
  /** Takes the next record in place order. */
  take(item: Item, context: OrderedContext): Passage | Promise<Passage>;
  /**
   * No more records come in this round (a run with a `target` has several). What the runner remembers of the records it let
   * through stays, so that a later round does not repeat them. The passages are asked for as fast as records can move on.
   */
  end(context: OrderedContext): Iterable<Passage> | AsyncIterable<Passage>;
  /** What the person should know once all records have been through; null: nothing. */
  remark?(): string | null;
  /** Lets go of what is not memory (worker threads …). */
  close?(): Promise<void>;
}
