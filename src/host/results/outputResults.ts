import type { ReviewState, ViewCounts, DecisionChange } from '../../core/datasets/view/viewTypes.ts';
import type { AppliedReview } from '../../core/run/applyReviewFile.ts';
import { WHOLE, type ViewQuery } from '../../core/datasets/view/query.ts';
import {
  REJECTS,
  wholeView,
  type ResultCounts,
  type ResultPage,
  type ResultRecord,
  type ResultView,
} from '../../protocol/studio.ts';
import { DatasetReader } from '../datasets/datasetReader.ts';
import { shownReview } from '../datasets/shownReview.ts';

export interface OutputResultsOptions {
  readonly source: string;
  /** The worker's bundle. */
  readonly worker: string | URL;
  /** The file in which the records stand at present. */
  readonly locate: () => Promise<string | undefined>;
  /** The file in which they will stand, whose review counts; undefined: nothing is decided about them. */
  readonly dataset: () => string | undefined;
  readonly onChange: (counts: ResultCounts) => void;
  /** The worker ended by itself. */
  readonly onFailure: (error: Error) => void;
}

/** The records of one file of a run, as rows that can be searched. A worker reads it. */
export class OutputResults {
  #view: ResultView;
  #told = '';
  readonly #locate: () => Promise<string | undefined>;
  readonly #dataset: () => string | undefined;
  readonly #reader: DatasetReader;

  constructor({ source, worker, locate, dataset, onChange, onFailure }: OutputResultsOptions) {
    this.#view = wholeView(source);
    this.#locate = locate;
    this.#dataset = dataset;
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
    const path = (await this.#locate()) ?? null;
    const dataset = this.#dataset();
    await this.#reader.ask({ type: 'update', path, ...(dataset === undefined ? {} : { dataset }) });
  }

  /** Rows of a view from `start`. Asking with another view begins another search. */
  async page(view: ResultView, start: number, count: number): Promise<ResultPage> {
    this.#view = view;
    const page = await this.#reader.ask({ type: 'page', query: queryOf(view), start, count, columns: null });
    return { counts: { ...this.#counts(page.counts), view }, columns: page.shown, start, rows: page.rows };
  }

  /** One record with everything in it. Rejects when there is no such line. */
  async record(line: number): Promise<ResultRecord> {
    return this.#reader.ask({ type: 'record', line });
  }

  /** Whether the records stand where they are to be. */
  get isWritten(): boolean {
    return this.path !== undefined && this.path === this.#dataset();
  }

  /** The review as it stands; null: nothing is decided about these records. */
  get review(): ReviewState | null {
    return this.#dataset() === undefined ? null : this.#reader.state.review;
  }

  /** Keeps a decision in the review file. */
  async decide(line: number, change: DecisionChange): Promise<void> {
    if (this.#dataset() === undefined) throw new RangeError('Nothing is decided about these.');
    await this.#reader.ask({ type: 'decide', line, change });
  }

  async undo(): Promise<void> {
    await this.#reader.ask({ type: 'undo' });
  }

  async redo(): Promise<void> {
    await this.#reader.ask({ type: 'redo' });
  }

  /** Makes the review part of the dataset. */
  apply(output: string, undecided: 'keep' | 'drop', version: string): Promise<AppliedReview> {
    return this.#reader.ask({ type: 'apply', output, undecided, version });
  }

  dispose(): void {
    this.#reader.dispose();
  }

  #counts({ total, matched, isSearching, problem, leftOut, revision }: ViewCounts): ResultCounts {
    const review = shownReview(this.review);
    return { view: this.#view, total, matched, searching: isSearching, problem, leftOut, revision, review };
  }
}

function queryOf({ source, query, isCondition, also, where, decision, sort }: ResultView): ViewQuery {
  // The columns of a reject show the fields of its record by their names.
  const inside = source === REJECTS ? 'fields' : undefined;
  return { ...WHOLE, text: query, mode: isCondition ? 'condition' : 'text', also, inside, where, decision, sort };
}
