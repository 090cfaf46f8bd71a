/** What the view of a dataset tells, as it goes through worker, host and page: types alone. */
import type { ReviewTally } from '../../curate/review/reviewTally.ts';
import type { ColumnSummary } from '../../curate/statistics/columnSummary.ts';
import type { Json } from '../../record/json.ts';

/** Why a line is no record. */
export type BrokenReason = 'blank' | 'not-json' | 'not-an-object' | 'line-too-long' | 'not-utf8';

/** Records that a condition was not worked out for, such as `score > 3` where a score is null. */
export interface LeftOut {
  readonly count: number;
  /** The first of them, counted from 0. */
  readonly line: number;
  /** Why not, for the first, in words. */
  readonly why: string;
}

/** How much there is, and how far it is known. */
export interface ViewCounts {
  /** Lines known so far. */
  readonly total: number;
  /** Rows of the present query. */
  readonly matched: number;
  readonly isIndexing: boolean;
  readonly isSearching: boolean;
  /** Share of the file that is indexed or searched, whichever is going on; 1 when neither is. */
  readonly share: number;
  /** Raised when rows that were handed out are not what they were. */
  readonly revision: number;
  /** What is wrong with the query, in words; null: nothing. */
  readonly problem: string | null;
  /** What the condition of the query could not be worked out for, where it could for others; null: nothing. */
  readonly leftOut: LeftOut | null;
  /** Whether there are more matches than are kept. */
  readonly isLimited: boolean;
}

/** What was decided about a record, as a row shows it. */
export interface RowReview {
  readonly verdict: 'accept' | 'reject' | null;
  readonly rating: number | null;
  readonly isEdited: boolean;
  readonly hasNote: boolean;
  readonly isChanged: boolean;
}

export interface ViewRow {
  /** Counts from 0. */
  readonly line: number;
  readonly cells: readonly (string | null)[];
  /** Why it is no record; the first cell has what the line says. */
  readonly broken: BrokenReason | null;
  readonly review: RowReview | null;
}

export interface ViewPage {
  readonly counts: ViewCounts;
  /** All columns there are. */
  readonly columns: readonly string[];
  /** Those of the cells. */
  readonly shown: readonly string[];
  readonly start: number;
  readonly rows: readonly ViewRow[];
}

/** What was decided about a record. */
export interface RecordDecision {
  readonly verdict: 'accept' | 'reject' | null;
  readonly edit: Readonly<Record<string, Json>>;
  readonly rating: number | null;
  readonly note: string | null;
}

export interface ViewRecord {
  readonly line: number;
  /** By which the review knows it; null where the line is no record. */
  readonly id: string | null;
  /** The line as it stands; of one that is too long its beginning. */
  readonly text: string;
  readonly broken: BrokenReason | null;
  readonly decision: RecordDecision | null;
  /** The record is not what was reviewed any more. */
  readonly isChanged: boolean;
}

/** What a person decides; what is absent stays as it was. */
export interface DecisionChange {
  readonly verdict?: 'accept' | 'reject' | null;
  readonly rating?: number | null;
  readonly note?: string | null;
  /** Fields with their new values; null removes one. Replaces an earlier edit whole. */
  readonly edit?: Readonly<Record<string, Json>>;
}

export interface ReviewState {
  readonly path: string;
  readonly decisions: number;
  readonly tally: ReviewTally;
  readonly unreadable: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface ViewStatistics {
  /** Records that were looked at. */
  readonly records: number;
  /** Share of the lines that were looked at: 1 is all of them. */
  readonly share: number;
  readonly broken: number;
  readonly columns: readonly (ColumnSummary & { readonly name: string })[];
}
