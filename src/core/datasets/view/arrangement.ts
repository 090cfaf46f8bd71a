/** The lines that a query finds, in the order it asks for; they are found while the file is read or grows. */
import type { Json } from '../../record/json.ts';
import { fieldAt } from '../../steps/step.ts';
import { createFilter, type LineFilter, type LineReview } from './filter.ts';
import type { LineIndex } from './lineIndex.ts';
import { isWhole, type ViewQuery } from './query.ts';
import { readRecord, type ReadLine } from './readRecord.ts';
import type { LeftOut } from './viewTypes.ts';

/** Lines that are kept, at the most: 40 MB. */
const MOST_FOUND = 10_000_000;
/** Lines that are sorted, at the most; what is compared takes some hundred bytes each. */
const MOST_SORTED = 2_000_000;
/** Characters of a text that count for its order. */
const SORTED_CHARACTERS = 48;
/** Lines looked at before the others are told. */
const STRETCH = 2_000;

export type ReviewOf = (line: ReadLine, record: number) => LineReview;

type SortKey = number | string | null;

export class Arrangement {
  readonly query: ViewQuery;
  readonly #index: LineIndex;
  readonly #reviewOf: ReviewOf;
  #lines = new Uint32Array(1024);
  #count = 0;
  #keys: SortKey[] = [];
  /** The found lines in the order asked for; null where that is the file's. */
  #order: Uint32Array | null = null;
  #looked = 0;
  #filter: LineFilter | undefined;
  #problem: string | null = null;
  #generation = 0;
  #advancing = false;
  #cancelled = false;

  constructor(index: LineIndex, query: ViewQuery, reviewOf: ReviewOf) {
    this.query = query;
    this.#index = index;
    this.#reviewOf = reviewOf;
  }

  /** Rows that can be shown: what it has found so far; where it is sorted, what was found when it was. */
  get count(): number {
    if (isWhole(this.query)) return this.#index.count;
    return this.query.sort === null ? this.#count : (this.#order?.length ?? 0);
  }

  /** Raised when rows have changed their places. */
  get generation(): number {
    return this.#generation;
  }

  /** Lines it has looked at. */
  get looked(): number {
    return isWhole(this.query) ? this.#index.count : this.#looked;
  }

  /** Whether there are lines it has not looked at, or not sorted. */
  get isSearching(): boolean {
    const isUnsorted = this.query.sort !== null && this.#order?.length !== this.#count;
    return this.#problem === null && (this.#hasMore || isUnsorted);
  }

  get #hasMore(): boolean {
    return !this.#cancelled && this.looked < this.#index.count;
  }

  /** Why nothing, not everything or not everything in order is found, in words; null: all is well. */
  get problem(): string | null {
    if (this.#problem !== null) return this.#problem;
    // What comes may be what the condition is for.
    if (this.#hasMore || this.#filter === undefined || this.#filter.isWorkable) return null;
    return this.#filter.leftOut?.why ?? null;
  }

  /** What the condition could not be worked out for, where that is no problem. */
  get leftOut(): LeftOut | null {
    return this.problem === null ? (this.#filter?.leftOut ?? null) : null;
  }

  get isLimited(): boolean {
    return this.#count >= MOST_FOUND || (this.query.sort !== null && this.#count >= MOST_SORTED);
  }

  /** Numbers of the lines from `start` on, at most `count`. */
  slice(start: number, count: number): readonly number[] {
    const end = Math.min(start + count, this.count);
    const lines = this.#order ?? this.#lines;
    const whole = isWhole(this.query);
    return Array.from({ length: Math.max(0, end - start) }, (_, offset) =>
      whole ? start + offset : (lines[start + offset] ?? 0),
    );
  }

  /** Where a line stands; the first one behind it where it was not found, -1 when there is none. */
  rowOf(line: number): number {
    if (isWhole(this.query)) return line < this.#index.count ? line : -1;
    if (this.query.sort !== null) return this.#order?.indexOf(line) ?? -1;
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low < this.#count ? low : -1;
  }

  /** Looks at the lines that have come since; calls `onFound` after each stretch. Does nothing when it is at it. */
  async advance(onFound: () => void): Promise<void> {
    if (this.#advancing || isWhole(this.query)) return;
    this.#advancing = true;
    try {
      this.#filter ??= await createFilter(this.query);
      while (this.#hasMore) await this.#stretch(this.#filter, onFound);
      this.#sort();
      onFound();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#problem = error.message;
      onFound();
    } finally {
      this.#advancing = false;
    }
  }

  cancel(): void {
    this.#cancelled = true;
  }

  async #stretch(filter: LineFilter, onFound: () => void): Promise<void> {
    const { sort } = this.query;
    const from = this.#looked;
    for await (const line of this.#index.lines(from, this.#index.count - from)) {
      if (this.#cancelled) return;
      const text = line.bytes?.toString('utf8') ?? '';
      if (filter.mayMatch(text)) {
        const read = readRecord(line);
        const matches = filter.matches(read, line.line, () => this.#reviewOf(read, line.record));
        if (matches) this.#keep(line.line, read, sort?.column);
      }
      this.#looked = line.line + 1;
      if (this.isLimited) this.#cancelled = true;
      if (this.#looked % STRETCH === 0) onFound();
    }
    // The file has become shorter under it: the next update begins again.
    if (this.#looked === from) this.#cancelled = true;
  }

  #keep(line: number, { fields }: ReadLine, column: string | undefined): void {
    if (this.#count === this.#lines.length) {
      const larger = new Uint32Array(this.#lines.length * 2);
      larger.set(this.#lines);
      this.#lines = larger;
    }
    this.#lines[this.#count] = line;
    this.#count += 1;
    if (column !== undefined) this.#keys.push(sortKeyOf(fields === null ? undefined : fieldAt(fields, column)));
  }

  #sort(): void {
    const { sort } = this.query;
    if (sort === null || this.#order?.length === this.#count) return;
    const keys = this.#keys;
    const sign = sort.descending ? -1 : 1;
    const places = Uint32Array.from({ length: this.#count }, (_, index) => index);
    places.sort((one, other) => compare(keys[one] ?? null, keys[other] ?? null, sign) || one - other);
    this.#order = places.map((place) => this.#lines[place] ?? 0);
    this.#generation += 1;
  }
}

function sortKeyOf(value: Json | undefined): SortKey {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // A copy: a piece of a text keeps the whole of it in memory.
  return Buffer.from(text.slice(0, SORTED_CHARACTERS).toLowerCase()).toString();
}

/** What is missing comes last either way; numbers come before texts. */
function compare(one: SortKey, other: SortKey, sign: number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one !== typeof other) return (typeof one === 'number' ? -1 : 1) * sign;
  return one < other ? -sign : one > other ? sign : 0;
}
