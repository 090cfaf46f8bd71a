/** A dataset as a viewer shows it: rows that can be searched, sorted and reviewed, of a file of any size. Runs in a worker. */
import { reviewId, isOutdated, seenOf } from '../../curate/review/decision.ts';
import { ReviewLog, reviewPath } from '../../curate/review/reviewLog.ts';
import type { JsonObject } from '../../record/json.ts';
import { Arrangement } from './arrangement.ts';
import { cellOf, cellText, Columns } from './columns.ts';
import type { LineReview } from './filter.ts';
import { LineIndex, type IndexedLine } from './lineIndex.ts';
import { isSameQuery, WHOLE, type ViewQuery } from './query.ts';
import { readRecord, type ReadLine } from './readRecord.ts';
import { viewStatistics } from './viewStatistics.ts';
import type {
  DecisionChange,
  ReviewState,
  RowReview,
  ViewCounts,
  ViewPage,
  ViewRecord,
  ViewRow,
  ViewStatistics,
} from './viewTypes.ts';

/** Most rows of one answer, whatever is asked for. */
const PAGE_ROWS = 500;
/** Columns that have cells when none are named. */
const USUAL_COLUMNS = 40;
/** Records at the beginning whose fields make the columns, and those in the rest of the file that may add some. */
const FIRST_SAMPLE = 100;
const SPREAD_SAMPLE = 100;
/** Longest text of a record that is handed out, in characters: nobody reads more, and no page draws it. */
const LONGEST_SHOWN = 4 * 1024 * 1024;

export interface DatasetViewOptions {
  readonly unended: 'line' | 'none';
  /** Told whenever there is something new to see. */
  readonly onChange: () => void;
}

export class DatasetView {
  readonly #onChange: () => void;
  readonly #index: LineIndex;
  readonly #columns = new Columns();
  #arrangement: Arrangement;
  #review: ReviewLog | undefined;
  #sampled = 0;
  #spreadFor = -1;
  #lost = 0;
  #isIndexing = false;
  #statistics: AbortController | undefined;

  constructor({ unended, onChange }: DatasetViewOptions) {
    this.#onChange = onChange;
    this.#index = new LineIndex({
      unended,
      onProgress: () => {
        this.#advance();
        onChange();
      },
    });
    this.#arrangement = this.#arrange(WHOLE);
  }

  get counts(): ViewCounts {
    const arrangement = this.#arrangement;
    const { count, known, size } = this.#index;
    const isSearching = arrangement.isSearching;
    return {
      total: count,
      matched: arrangement.count,
      isIndexing: this.#isIndexing,
      isSearching,
      share: this.#isIndexing ? known / Math.max(1, size) : isSearching ? arrangement.looked / Math.max(1, count) : 1,
      revision: this.#lost + arrangement.generation,
      problem: arrangement.problem,
      leftOut: arrangement.leftOut,
      isLimited: arrangement.isLimited,
    };
  }

  get path(): string | undefined {
    return this.#index.path;
  }

  /**
   * Looks at the file again, and at its review; what is new is told by `onChange`.
   *
   * @param dataset the file that the records will be in, where that is another one at present: its review counts
   */
  async update(path: string | undefined, dataset = path): Promise<void> {
    const { count: before, path: known } = this.#index;
    this.#isIndexing = true;
    try {
      const lost = await this.#index.update(path);
      if (lost) this.#startAgain();
    } finally {
      this.#isIndexing = false;
    }
    const review = path === undefined || dataset === undefined ? undefined : reviewPath(dataset);
    if (review !== undefined && this.#review?.path !== review) this.#review = new ReviewLog(review);
    const reviewed = await this.#review?.refresh();
    if (reviewed === true) this.#reviewChanged();
    if (reviewed === true || this.#index.count !== before || known !== this.#index.path) this.#onChange();
    await this.#sampleColumns();
    this.#advance();
  }

  /** Rows from `start` of those that the query finds. Asking with another query begins another search. */
  async page(query: ViewQuery, start: number, count: number, columns: readonly string[] | null): Promise<ViewPage> {
    this.#look(query);
    await this.#sampleColumns();
    const shown = columns ?? this.#columns.names.slice(0, USUAL_COLUMNS);
    const lines = this.#arrangement.slice(start, Math.min(count, PAGE_ROWS));
    const rows: ViewRow[] = [];
    for await (const line of this.#linesOf(lines)) rows.push(this.#row(line, shown));
    return { counts: this.counts, columns: this.#columns.names, shown, start, rows };
  }

  /** Where a line stands among the rows of the query; the next one that is there, or -1. */
  rowOf(query: ViewQuery, line: number): number {
    this.#look(query);
    return this.#arrangement.rowOf(line);
  }

  /** Ends a search that is going on; what was found stays. */
  stopSearch(): void {
    this.#arrangement.cancel();
    this.#onChange();
  }

  /** One record with everything in it. @throws RangeError when there is no such line */
  async record(line: number): Promise<ViewRecord> {
    const found = await this.#line(line);
    const read = readRecord(found);
    const { decision, isChanged } = this.#reviewOf(read, found.record);
    const tooLong = read.text.length > LONGEST_SHOWN;
    return {
      line,
      id: read.fields === null ? null : idOf(read.fields, found.record),
      text: tooLong ? read.text.slice(0, LONGEST_SHOWN / 64) : read.text,
      broken: tooLong ? 'line-too-long' : read.reason,
      decision: decision ?? null,
      isChanged,
    };
  }

  /** Keeps a decision about a record. @throws when the line is none, or the review file cannot be written */
  async decide(line: number, change: DecisionChange): Promise<void> {
    const found = await this.#line(line);
    const { fields } = readRecord(found);
    if (fields === null || this.#review === undefined) throw new RangeError(`Line ${line + 1} is not a record.`);
    const id = idOf(fields, found.record);
    await this.#review.decide(id, (before) => ({
      ...before,
      ...change,
      seen: seenOf(fields),
      at: new Date().toISOString(),
    }));
    this.#onChange();
  }

  async undo(): Promise<void> {
    await this.#review?.undo();
    this.#onChange();
  }

  async redo(): Promise<void> {
    await this.#review?.redo();
    this.#onChange();
  }

  reviewState(): ReviewState | null {
    const review = this.#review;
    if (review === undefined) return null;
    const { path, decisions, unreadable, canUndo, canRedo } = review;
    return { path, decisions: decisions.size, tally: review.tally(), unreadable, canUndo, canRedo };
  }

  /** Statistics of all columns; undefined when they were asked for again, or stopped, meanwhile. */
  async statistics(onProgress: (share: number) => void): Promise<ViewStatistics | undefined> {
    this.#statistics?.abort();
    const stop = new AbortController();
    this.#statistics = stop;
    return viewStatistics(this.#index, { onProgress, signal: stop.signal });
  }

  stopStatistics(): void {
    this.#statistics?.abort();
  }

  dispose(): void {
    this.#arrangement.cancel();
    this.#statistics?.abort();
  }

  #look(query: ViewQuery): void {
    if (isSameQuery(query, this.#arrangement.query)) return;
    this.#arrangement.cancel();
    this.#arrangement = this.#arrange(query);
    this.#lost += 1;
    this.#advance();
  }

  #arrange(query: ViewQuery): Arrangement {
    return new Arrangement(this.#index, query, (line, record) => this.#reviewOf(line, record));
  }

  /** The lines are others now. */
  #startAgain(): void {
    this.#lost += 1 + this.#arrangement.generation;
    this.#arrangement.cancel();
    this.#arrangement = this.#arrange(this.#arrangement.query);
    this.#columns.clear();
    this.#sampled = 0;
    this.#spreadFor = -1;
  }

  /** Somebody else has decided something. */
  #reviewChanged(): void {
    this.#lost += 1;
    if (this.#arrangement.query.decision === 'all') return;
    this.#lost += this.#arrangement.generation;
    this.#arrangement.cancel();
    this.#arrangement = this.#arrange(this.#arrangement.query);
  }

  #advance(): void {
    const arrangement = this.#arrangement;
    void arrangement
      .advance(() => {
        if (arrangement === this.#arrangement) this.#onChange();
      })
      .catch(() => {
        // The file went away under it; the next update starts again.
      });
  }

  async #line(line: number): Promise<IndexedLine> {
    for await (const found of this.#index.lines(line, 1)) return found;
    throw new RangeError(`There is no line ${line + 1}.`);
  }

  /** The lines of these numbers, neighbours read together. */
  async *#linesOf(lines: readonly number[]): AsyncGenerator<IndexedLine> {
    for (let index = 0; index < lines.length;) {
      const first = lines[index] ?? 0;
      let length = 1;
      while (lines[index + length] === first + length) length += 1;
      yield* this.#index.lines(first, length);
      index += length;
    }
  }

  /** The columns come from the first records and from some throughout the file, in the order in which fields appear. */
  async #sampleColumns(): Promise<void> {
    const { count } = this.#index;
    const wanted = Math.min(FIRST_SAMPLE, count);
    if (this.#sampled < wanted) {
      const from = this.#sampled;
      this.#sampled = wanted;
      for await (const line of this.#index.lines(from, wanted - from)) this.#addColumns(line);
    }
    if (this.#isIndexing || count <= FIRST_SAMPLE || count < this.#spreadFor * 2) return;
    this.#spreadFor = count;
    const before = this.#columns.names.length;
    for (let step = 1; step <= SPREAD_SAMPLE; step += 1) {
      const line = Math.floor((step / SPREAD_SAMPLE) * (count - 1));
      for await (const found of this.#index.lines(line, 1)) this.#addColumns(found);
    }
    if (this.#columns.names.length === before) return;
    this.#lost += 1;
    this.#onChange();
  }

  #addColumns(line: IndexedLine): void {
    const { fields } = readRecord(line);
    if (fields !== null) this.#columns.add(fields);
  }

  #row(line: IndexedLine, columns: readonly string[]): ViewRow {
    const read = readRecord(line);
    if (read.fields === null) {
      const text = cellText(read.text);
      return {
        line: line.line,
        cells: columns.map((_, index) => (index === 0 ? text : null)),
        broken: read.reason,
        review: null,
      };
    }
    const { fields } = read;
    const cells = columns.map((name) => cellOf(fields, name));
    return { line: line.line, cells, broken: null, review: rowReview(this.#reviewOf(read, line.record)) };
  }

  #reviewOf({ fields }: ReadLine, record: number): LineReview {
    if (fields === null || this.#review === undefined || this.#review.decisions.size === 0) {
      return { decision: undefined, isChanged: false };
    }
    const decision = this.#review.decisions.get(idOf(fields, record));
    return { decision, isChanged: decision !== undefined && isOutdated(fields, decision) };
  }
}

function idOf(fields: JsonObject, record: number): string {
  return reviewId(fields, null) ?? String(record);
}

function rowReview({ decision, isChanged }: LineReview): RowReview | null {
  if (decision === undefined) return null;
  const { verdict, rating, edit, note } = decision;
  return { verdict, rating, isEdited: Object.keys(edit).length > 0, hasNote: (note ?? '') !== '', isChanged };
}
