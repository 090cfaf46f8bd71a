/** A review file that is worked on: decisions are in it before anybody is told of them, and can be taken back. */
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson } from '../../record/json.ts';
import { REVIEW_ENDING, type Decision } from './decision.ts';
import { isEmptyDecision, readReview } from './readReview.ts';
import type { ReviewTally } from './reviewTally.ts';

const LINE_FEED = 0x0a;
const LINES_AT_ONCE = 10_000;
/** Longest last line that is looked at, in bytes. */
const MOST_TAIL = 1024 * 1024;

interface Change {
  readonly before: Decision;
  readonly after: Decision;
}

/** The path of the file in which a dataset is reviewed: `data/chat.review.jsonl` for `data/chat.jsonl`. */
export function reviewPath(dataset: string): string {
  return `${dataset.replace(/\.jsonl$/u, '')}${REVIEW_ENDING}`;
}

export class ReviewLog {
  readonly path: string;
  #decisions = new Map<string, Decision>();
  #unreadable = 0;
  #known = '';
  #undo: Change[] = [];
  #redo: Change[] = [];
  /** Writes and reads one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  get decisions(): ReadonlyMap<string, Decision> {
    return this.#decisions;
  }

  /** Lines of the file that are no decisions; they count as nothing here, and stop an export. */
  get unreadable(): number {
    return this.#unreadable;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#redo.length > 0;
  }

  tally(): ReviewTally {
    const tally = { accepted: 0, rejected: 0, edited: 0, rated: 0, noted: 0 };
    for (const { verdict, edit, rating, note } of this.#decisions.values()) {
      if (verdict === 'accept') tally.accepted += 1;
      if (verdict === 'reject') tally.rejected += 1;
      if (Object.keys(edit).length > 0) tally.edited += 1;
      if (rating !== null) tally.rated += 1;
      if (note !== null && note !== '') tally.noted += 1;
    }
    return tally;
  }

  /** Reads the file again when somebody else has written to it. @returns whether it was read */
  refresh(): Promise<boolean> {
    return this.#enqueue(async () => {
      const print = await printOf(this.path);
      if (print === this.#known) return false;
      await this.#load();
      return true;
    });
  }

  /**
   * Puts a decision in the place of the earlier one about the same record. On the disk when it is done.
   *
   * @param change makes the new decision from the one there is
   */
  decide(id: string, change: (before: Decision) => Decision): Promise<void> {
    return this.#enqueue(async () => {
      await this.#catchUp();
      const before = this.#decisions.get(id) ?? emptyDecision(id);
      const after = change(before);
      await this.#write([after]);
      this.#undo.push({ before, after });
      this.#redo = [];
    });
  }

  /**
   * Adds the decisions that something else than a person has made, all together. They are not taken back one by one.
   *
   * @param decide makes them from those there are
   */
  add(decide: (decisions: ReadonlyMap<string, Decision>) => readonly Decision[]): Promise<void> {
    return this.#enqueue(async () => {
      await this.#catchUp();
      await this.#write(decide(this.#decisions));
    });
  }

  /** Takes the last decision of this session back. @returns the record's id; undefined: there is none */
  undo(): Promise<string | undefined> {
    return this.#enqueue(() => this.#move(this.#undo, this.#redo, 'before'));
  }

  /** Makes what was taken back again. @returns the record's id; undefined: there is nothing */
  redo(): Promise<string | undefined> {
    return this.#enqueue(() => this.#move(this.#redo, this.#undo, 'after'));
  }

  async #move(from: Change[], to: Change[], side: keyof Change): Promise<string | undefined> {
    const change = from.at(-1);
    if (change === undefined) return undefined;
    await this.#catchUp();
    await this.#write([change[side]]);
    from.pop();
    to.push(change);
    return change.after.id;
  }

  /** Whatever somebody else has added comes first: the last line about a record counts. */
  async #catchUp(): Promise<void> {
    if ((await printOf(this.path)) !== this.#known) await this.#load();
  }

  async #write(decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    // A run that goes on may not have written anything there yet.
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a+');
    try {
      await endLastLine(file);
      for (let from = 0; from < decisions.length; from += LINES_AT_ONCE) {
        const lines = decisions.slice(from, from + LINES_AT_ONCE).map((decision) => `${JSON.stringify(decision)}\n`);
        await file.appendFile(lines.join(''));
      }
      await file.datasync();
    } finally {
      await file.close();
    }
    for (const decision of decisions) {
      if (isEmptyDecision(decision)) this.#decisions.delete(decision.id);
      else this.#decisions.set(decision.id, decision);
    }
    this.#known = await printOf(this.path);
  }

  async #load(): Promise<void> {
    this.#known = await printOf(this.path);
    if (this.#known === '') {
      this.#decisions = new Map();
      this.#unreadable = 0;
      return;
    }
    const { decisions, diagnostics } = await readReview(this.path, this.path);
    this.#decisions = new Map(decisions);
    this.#unreadable = diagnostics.length;
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work, work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

export function emptyDecision(id: string): Decision {
  return { id, verdict: null, edit: {}, rating: null, note: null, seen: null, at: null };
}

/** A last line without an end gets one; when it is the beginning of a line that a crash has cut off, it goes. */
async function endLastLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const start = Math.max(0, size - MOST_TAIL);
  const tail = Buffer.alloc(size - start);
  await file.read(tail, 0, tail.length, start);
  if (tail.length === 0 || tail.at(-1) === LINE_FEED) return;
  const begin = tail.lastIndexOf(LINE_FEED) + 1;
  const isWhole = (begin === 0 && start > 0) || parseJson(tail.toString('utf8', begin)) !== undefined;
  if (isWhole) await file.appendFile('\n');
  else await file.truncate(start + begin);
}

/** What tells one state of a file from another; empty when there is none. */
async function printOf(path: string): Promise<string> {
  const info = await stat(path, { bigint: true }).catch(() => undefined);
  return info === undefined ? '' : `${info.ino} ${info.size} ${info.mtimeNs}`;
}
