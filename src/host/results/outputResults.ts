import { isJsonObject, parseJson, type Json, type JsonObject } from '../../core/record/json.ts';
import type { ResultCounts, ResultPage, ResultRecord, ResultRow, ResultView } from '../../protocol/studio.ts';
import { LineFile } from './lineFile.ts';
import { LineSearch } from './lineSearch.ts';

/** Longest text of a cell: more than any column shows. */
const CELL_CHARACTERS = 400;
/** Most rows of one answer, whatever is asked for. */
const PAGE_ROWS = 500;
/** Records whose fields make the columns. */
const COLUMN_SAMPLE = 100;

/** The records of one file, as rows that can be searched. */
export class OutputResults {
  #view: ResultView;
  readonly #file = new LineFile();
  /** The files in which the records may stand at present, the best first. */
  readonly #locate: () => Promise<string | undefined>;
  readonly #onChange: (counts: ResultCounts) => void;
  #search: LineSearch | undefined;
  #columns: readonly string[] = [];
  #columnsFrom = 0;

  constructor(source: string, locate: () => Promise<string | undefined>, onChange: (counts: ResultCounts) => void) {
    this.#view = { source, query: '', where: {} };
    this.#locate = locate;
    this.#onChange = onChange;
  }

  /** The file in which the records stand; undefined while there is none. */
  get path(): string | undefined {
    return this.#file.path;
  }

  get counts(): ResultCounts {
    const search = this.#search;
    return {
      view: this.#view,
      total: this.#file.count,
      matched: search === undefined ? this.#file.count : search.matches.length,
      searching: search?.searching === true,
    };
  }

  /** Looks at the file again, and tells when there is something new. */
  async update(): Promise<void> {
    const before = this.#file.count;
    const lost = await this.#file.update(await this.#locate());
    if (lost) {
      this.#columnsFrom = 0;
      this.#startSearch();
    }
    if (lost || this.#file.count !== before) {
      this.#onChange(this.counts);
      this.#advance();
    }
  }

  /** Rows of a view from `start`. Asking with another view begins another search. */
  async page(view: ResultView, start: number, count: number): Promise<ResultPage> {
    if (!isSameView(view, this.#view)) {
      this.#view = view;
      this.#startSearch();
    }
    await this.#readColumns();
    const lines = this.#lineNumbers(start, Math.min(count, PAGE_ROWS));
    const texts = await this.#textsOf(lines);
    const rows = lines.map((line, index) => this.#row(line, texts[index] ?? ''));
    return { counts: this.counts, columns: [...this.#columns], start, rows };
  }

  /** One record with everything in it. @throws RangeError when there is no such line */
  async record(line: number): Promise<ResultRecord> {
    const [text] = await this.#file.lines(line, 1);
    if (text === undefined) throw new RangeError(`There is no line ${line + 1}.`);
    const value = parseJson(text);
    return isJsonObject(value) ? { line, fields: value, broken: null } : { line, fields: null, broken: text };
  }

  dispose(): void {
    this.#search?.cancel();
  }

  #startSearch(): void {
    const { query, where } = this.#view;
    this.#search?.cancel();
    const all = query === '' && Object.keys(where).length === 0;
    this.#search = all ? undefined : new LineSearch(this.#file, query, where);
    this.#advance();
  }

  #advance(): void {
    const search = this.#search;
    void search
      ?.advance(() => {
        if (search === this.#search) this.#onChange(this.counts);
      })
      .catch(() => {
        // The file went away under it; the next update starts again.
      });
  }

  #lineNumbers(start: number, count: number): readonly number[] {
    if (this.#search !== undefined) return this.#search.matches.slice(start, start + count);
    const end = Math.min(start + count, this.#file.count);
    return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  }

  /** Texts of the lines, neighbours read together. */
  async #textsOf(lines: readonly number[]): Promise<readonly string[]> {
    const texts: string[] = [];
    for (let index = 0; index < lines.length;) {
      const first = lines[index] ?? 0;
      let length = 1;
      while (lines[index + length] === first + length) length += 1;
      texts.push(...(await this.#file.lines(first, length)));
      index += length;
    }
    return texts;
  }

  /** The columns come from the first records, in the order in which fields appear. */
  async #readColumns(): Promise<void> {
    const wanted = Math.min(COLUMN_SAMPLE, this.#file.count);
    if (this.#columnsFrom === wanted) return;
    const names = new Set<string>();
    for (const line of await this.#file.lines(0, wanted)) {
      for (const name of Object.keys(objectOf(line))) names.add(name);
    }
    this.#columns = [...names];
    this.#columnsFrom = wanted;
  }

  #row(line: number, text: string): ResultRow {
    const value = parseJson(text);
    if (!isJsonObject(value)) return { line, cells: [shorten(text), ...this.#columns.slice(1).map(() => null)] };
    return { line, cells: this.#columns.map((name) => cellOf(value[name])) };
  }
}

function isSameView(a: ResultView, b: ResultView): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function objectOf(line: string): JsonObject {
  const value = parseJson(line);
  return isJsonObject(value) ? value : {};
}

function cellOf(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return shorten(typeof value === 'string' ? value : JSON.stringify(value));
}

function shorten(text: string): string {
  const begun = text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}…` : text;
  return begun.replaceAll(/\s+/gu, ' ');
}
