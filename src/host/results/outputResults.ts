import { isJsonObject, parseJson } from '../../core/record/json.ts';
import type { ViewCounts } from '../../core/datasets/view/viewTypes.ts';
import { WHOLE, type ViewQuery } from '../../core/datasets/view/query.ts';
import {
  wholeView,
  type ResultCounts,
  type ResultPage,
  type ResultRecord,
  type ResultView,
} from '../../protocol/studio.ts';
import { DatasetReader } from '../datasets/datasetReader.ts';

export interface OutputResultsOptions {
  readonly source: string;
  /** The worker's bundle. */
  readonly worker: string | URL;
  /** The file in which the records stand at present. */
  readonly locate: () => Promise<string | undefined>;
  readonly onChange: (counts: ResultCounts) => void;
  /** The worker ended by itself. */
  readonly onFailure: (error: Error) => void;
}

/** The records of one file of a run, as rows that can be searched. A worker reads it. */
export class OutputResults {
  #view: ResultView;
  #told = '';
  readonly #locate: () => Promise<string | undefined>;
  readonly #reader: DatasetReader;

  constructor({ source, worker, locate, onChange, onFailure }: OutputResultsOptions) {
    this.#view = wholeView(source);
    this.#locate = locate;
    this.#reader = new DatasetReader({
      script: worker,
      unended: 'none',
      onState: ({ counts }) => {
        const now = this.#counts(counts);
        const text = JSON.stringify(now);
        if (text === this.#told) return;
        this.#told = text;
        onChange(now);
      },
      onFailure,
    });
  }

  /** The file in which the records stand; undefined while there is none. */
  get path(): string | undefined {
    return this.#reader.state.path ?? undefined;
  }

  get counts(): ResultCounts {
    return this.#counts(this.#reader.state.counts);
  }

  /** Looks at the file again, and tells when there is something new. */
  async update(): Promise<void> {
    await this.#reader.ask({ type: 'update', path: (await this.#locate()) ?? null });
  }

  /** Rows of a view from `start`. Asking with another view begins another search. */
  async page(view: ResultView, start: number, count: number): Promise<ResultPage> {
    this.#view = view;
    const page = await this.#reader.ask({ type: 'page', query: queryOf(view), start, count, columns: null });
    const rows = page.rows.map(({ line, cells }) => ({ line, cells: [...cells] }));
    return { counts: { ...this.#counts(page.counts), view }, columns: [...page.shown], start, rows };
  }

  /** One record with everything in it. Rejects when there is no such line. */
  async record(line: number): Promise<ResultRecord> {
    const { text, broken } = await this.#reader.ask({ type: 'record', line });
    const value = broken === null ? parseJson(text) : undefined;
    return isJsonObject(value) ? { line, fields: value, broken: null } : { line, fields: null, broken: text };
  }

  dispose(): void {
    this.#reader.dispose();
  }

  #counts({ total, matched, isSearching, problem }: ViewCounts): ResultCounts {
    return { view: this.#view, total, matched, searching: isSearching, problem };
  }
}

function queryOf({ query, isCondition, where, decision, sort }: ResultView): ViewQuery {
  return { ...WHOLE, text: query, mode: isCondition ? 'condition' : 'text', where, decision, sort };
}
