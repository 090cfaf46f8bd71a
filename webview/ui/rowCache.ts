/** Rows that were fetched, by pages; keeps those near what is seen and forgets the rest. No DOM here. */

/** Fetches rows from `start`, at most `count`. */
export type FetchRows<Row> = (start: number, count: number) => Promise<readonly Row[]>;

const PAGE_ROWS = 100;
const MOST_PAGES = 30;

export class RowCache<Row> {
  readonly #fetch: FetchRows<Row>;
  readonly #onRows: () => void;
  readonly #pages = new Map<number, readonly Row[]>();
  readonly #pending = new Set<number>();
  /** Pages whose rows may be others by now; they are shown until the new ones are there. */
  readonly #stale = new Set<number>();
  /** Raised when everything is forgotten: answers to older questions are dropped. */
  #generation = 0;

  constructor(fetch: FetchRows<Row>, onRows: () => void) {
    this.#fetch = fetch;
    this.#onRows = onRows;
  }

  /** The row at an index; undefined while it is not there. */
  at(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Makes sure that the rows from `first` to `last` (exclusive) are there or on their way. */
  want(first: number, last: number): void {
    for (let page = Math.floor(first / PAGE_ROWS); page * PAGE_ROWS < last; page += 1) {
      const rows = this.#pages.get(page);
      const wanted = Math.min(PAGE_ROWS, last - page * PAGE_ROWS);
      if (rows !== undefined) {
        // Used lately: it goes to the end of the line of those to be forgotten.
        this.#pages.delete(page);
        this.#pages.set(page, rows);
      }
      const isOld = (rows?.length ?? 0) < wanted || this.#stale.has(page);
      if (isOld && !this.#pending.has(page)) void this.#load(page);
    }
  }

  /** Rows may have changed: they are fetched anew when they are next wanted, and shown as they were until then. */
  refresh(): void {
    this.#generation += 1;
    this.#pending.clear();
    for (const page of this.#pages.keys()) this.#stale.add(page);
  }

  /** They are other rows now. */
  clear(): void {
    this.#generation += 1;
    this.#stale.clear();
    this.#pages.clear();
    this.#pending.clear();
  }

  async #load(page: number): Promise<void> {
    const generation = this.#generation;
    this.#pending.add(page);
    try {
      const rows = await this.#fetch(page * PAGE_ROWS, PAGE_ROWS);
      if (generation !== this.#generation) return;
      this.#stale.delete(page);
      this.#pages.delete(page);
      this.#pages.set(page, rows);
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= MOST_PAGES) break;
        this.#pages.delete(oldest);
        this.#stale.delete(oldest);
      }
      this.#pending.delete(page);
      this.#onRows();
    } catch {
      // The host says why in its log; the rows are asked for again when they are next seen.
      if (generation === this.#generation) this.#pending.delete(page);
    }
  }
}
