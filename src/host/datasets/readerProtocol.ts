/** What the extension host and the worker that reads a dataset say to each other. Both are ours, of one build: nothing is checked. */
import type {
  DecisionChange,
  ReviewState,
  ViewCounts,
  ViewPage,
  ViewRecord,
  ViewStatistics,
} from '../../core/datasets/view/viewTypes.ts';
import type { ViewQuery } from '../../core/datasets/view/query.ts';
import type { AppliedReview } from '../../core/run/applyReviewFile.ts';

/** Host → worker. */
export type ToReader =
  /** `dataset`: the file that the records will be in, whose review counts; absent: the one that is read. */
  | { readonly type: 'update'; readonly path: string | null; readonly dataset?: string }
  /** Looks at the file by itself from now on, so many milliseconds apart; 0: no more. */
  | { readonly type: 'follow'; readonly everyMs: number }
  | {
      readonly type: 'page';
      readonly query: ViewQuery;
      readonly start: number;
      readonly count: number;
      readonly columns: readonly string[] | null;
    }
  | { readonly type: 'row-of'; readonly query: ViewQuery; readonly line: number }
  | { readonly type: 'record'; readonly line: number }
  | { readonly type: 'stop-search' }
  | { readonly type: 'decide'; readonly line: number; readonly change: DecisionChange }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'statistics' }
  | { readonly type: 'stop-statistics' }
  /** Makes the review part of the dataset, in the file `output`. */
  | {
      readonly type: 'apply';
      readonly output: string;
      readonly undecided: 'keep' | 'drop';
      readonly version: string;
    };

export interface ReaderAnswers {
  readonly [type: string]: unknown;
  readonly page: ViewPage;
  readonly 'row-of': number;
  readonly record: ViewRecord;
  readonly statistics: ViewStatistics | null;
  readonly apply: AppliedReview;
}

/** What there is to see of the file at present. */
export interface ReaderState {
  readonly counts: ViewCounts;
  readonly review: ReviewState | null;
  /** The file it reads; null: there is none. */
  readonly path: string | null;
}

/** Worker → host. */
export type FromReader =
  ({ readonly type: 'state' } & ReaderState) | { readonly type: 'statistics-progress'; readonly share: number };

export interface ReaderOptions {
  readonly unended: 'line' | 'none';
}
