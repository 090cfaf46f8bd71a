/**
 * What the host and the viewer of a dataset say to each other. The schemas are the definition; both ends check with them
 * what comes in. (`zod/mini`, since the webview carries it.)
 */
import * as z from 'zod/mini';
import type {
  BrokenReason,
  DecisionChange,
  ReviewState,
  ViewCounts,
  ViewPage,
  ViewRecord,
  ViewRow,
  ViewStatistics,
} from '../core/datasets/view/viewTypes.ts';
import type { DecisionFilter, QueryMode, ViewQuery } from '../core/datasets/view/query.ts';
import { leftOutSchema } from './leftOut.ts';

export type {
  BrokenReason,
  DecisionChange,
  DecisionFilter,
  QueryMode,
  ViewCounts,
  ViewPage,
  ViewQuery,
  ViewRecord,
  ViewRow,
  ViewStatistics,
};
export type ColumnStatistics = ViewStatistics['columns'][number];

const count = z.number();
const text = z.string();
const flag = z.boolean();

/** How the text of a search is meant. */
export const QUERY_MODES = ['text', 'pattern', 'condition'] as const satisfies readonly QueryMode[];

export const DECISION_FILTERS = [
  'all',
  'accepted',
  'rejected',
  'undecided',
  'edited',
  'rated',
  'noted',
  'changed',
  'broken',
] as const satisfies readonly DecisionFilter[];

const BROKEN_REASONS = [
  'blank',
  'not-json',
  'not-an-object',
  'line-too-long',
  'not-utf8',
] as const satisfies readonly BrokenReason[];

export const querySchema = z.object({
  text,
  mode: z.enum(QUERY_MODES),
  matchCase: flag,
  decision: z.enum(DECISION_FILTERS),
  where: z.record(text, text),
  sort: z.nullable(z.object({ column: text, descending: flag })),
});

const countsSchema = z.object({
  total: count,
  matched: count,
  isIndexing: flag,
  isSearching: flag,
  share: count,
  revision: count,
  problem: z.nullable(text),
  leftOut: leftOutSchema,
  isLimited: flag,
});

const verdictSchema = z.nullable(z.enum(['accept', 'reject']));

/** A row of a table: its cells, and what was decided about its record. */
export const rowSchema = z.object({
  line: count,
  cells: z.array(z.nullable(text)),
  broken: z.nullable(z.enum(BROKEN_REASONS)),
  review: z.nullable(
    z.object({
      verdict: verdictSchema,
      rating: z.nullable(count),
      isEdited: flag,
      hasNote: flag,
      isChanged: flag,
    }),
  ),
});

const pageSchema = z.object({
  counts: countsSchema,
  columns: z.array(text),
  shown: z.array(text),
  start: count,
  rows: z.array(rowSchema),
});

/** A record with everything in it, and with what was decided about it. */
export const recordSchema = z.object({
  line: count,
  id: z.nullable(text),
  /** The line as it stands; of one that is too long its beginning. */
  text,
  broken: z.nullable(z.enum(BROKEN_REASONS)),
  decision: z.nullable(
    z.object({
      verdict: verdictSchema,
      edit: z.record(text, z.unknown()),
      rating: z.nullable(count),
      note: z.nullable(text),
    }),
  ),
  isChanged: flag,
});

/** The review of a file as it stands. */
export const reviewSchema = z.object({
  /** Name of the review file. */
  file: text,
  decisions: count,
  tally: z.object({ accepted: count, rejected: count, edited: count, rated: count, noted: count }),
  /** Lines of the review file that are no decisions. */
  unreadable: count,
  canUndo: flag,
  canRedo: flag,
});

const distributionSchema = z.nullable(
  z.object({
    count,
    mean: count,
    deviation: count,
    min: count,
    p5: count,
    median: count,
    p95: count,
    max: count,
    histogram: z.array(z.object({ from: count, to: count, count })),
  }),
);

const statisticsSchema = z.nullable(
  z.object({
    records: count,
    share: count,
    broken: count,
    columns: z.array(
      z.object({
        name: text,
        present: count,
        kinds: z.record(text, count),
        distinct: count,
        isExact: flag,
        top: z.array(z.tuple([text, count])),
        numbers: distributionSchema,
        lengths: distributionSchema,
      }),
    ),
  }),
);

/** The review of a file as it stands, with the review file's name. */
export type ShownReview = Omit<ReviewState, 'path'> & { readonly file: string };

/** What is known of the file at present. */
export interface DatasetState {
  readonly counts: ViewCounts;
  /** Null until the file is there. */
  readonly review: ShownReview | null;
  readonly isThere: boolean;
}

const stateSchema = z.object({
  counts: countsSchema,
  review: z.nullable(reviewSchema),
  isThere: flag,
});

/** What a person decides; what is absent stays as it was. */
export const changeSchema = z.object({
  verdict: z.exactOptional(verdictSchema),
  rating: z.exactOptional(z.nullable(z.number().check(z.int(), z.minimum(1), z.maximum(5)))),
  note: z.exactOptional(z.nullable(text)),
  edit: z.exactOptional(z.record(text, z.json())),
});

const toHostSchema = z.discriminatedUnion('type', [
  /** The viewer can show something: what is there? */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('rows'), query: querySchema, start: count, count, columns: z.nullable(z.array(text)) }),
  /** The row of a line under a query. */
  z.object({ type: z.literal('row-of'), query: querySchema, line: count }),
  z.object({ type: z.literal('record'), line: count }),
  z.object({ type: z.literal('stop-search') }),
  z.object({ type: z.literal('decide'), line: count, change: changeSchema }),
  z.object({ type: z.literal('undo') }),
  z.object({ type: z.literal('redo') }),
  z.object({ type: z.literal('statistics') }),
  z.object({ type: z.literal('stop-statistics') }),
  z.object({ type: z.literal('open-line'), line: count }),
  z.object({ type: z.literal('open-review') }),
  z.object({ type: z.literal('go-to-line') }),
  z.object({ type: z.literal('apply') }),
]);

/** Webview → host. */
export type ToDatasetHost =
  | Exclude<z.infer<typeof toHostSchema>, { readonly type: 'decide' }>
  | { readonly type: 'decide'; readonly line: number; readonly change: DecisionChange };

const startSchema = z.object({
  name: text,
  state: stateSchema,
  wording: z.record(text, text),
  language: text,
});

/** What the viewer needs to begin. */
export interface DatasetStart {
  readonly name: string;
  readonly state: DatasetState;
  /** Translations by the English text; empty in English. */
  readonly wording: Readonly<Record<string, string>>;
  /** Language of the editor, for numbers. */
  readonly language: string;
}

/** Answers of the host, by the request's type. */
export interface DatasetHostAnswers {
  readonly [type: string]: unknown;
  readonly ready: DatasetStart;
  readonly rows: ViewPage;
  readonly 'row-of': number;
  readonly record: ViewRecord;
  readonly statistics: ViewStatistics | null;
}

const toDatasetSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: stateSchema }),
  z.object({ type: z.literal('statistics-progress'), share: count }),
  /** Shows a line; counts from 0. */
  z.object({ type: z.literal('show-line'), line: count }),
  /** The reader failed; in a sentence. */
  z.object({ type: z.literal('failed'), message: text }),
]);

/** Host → webview. */
export type ToDataset =
  | { readonly type: 'state'; readonly state: DatasetState }
  | { readonly type: 'statistics-progress'; readonly share: number }
  | { readonly type: 'show-line'; readonly line: number }
  | { readonly type: 'failed'; readonly message: string };

/** The webview answers nothing: what goes to it are notices. */
export type DatasetAnswers = Readonly<Record<string, unknown>>;

const nothing = z.unknown();
const hostAnswerSchemas: Readonly<Record<string, z.ZodMiniType>> = {
  ready: startSchema,
  rows: pageSchema,
  'row-of': count,
  record: recordSchema,
  statistics: statisticsSchema,
};

/** Checks a message of the webview. @throws ZodError */
export function readToDatasetHost(value: unknown): ToDatasetHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToDataset(value: unknown): ToDataset {
  return toDatasetSchema.parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readDatasetAnswer(type: string, value: unknown): unknown {
  return (hostAnswerSchemas[type] ?? nothing).parse(value);
}
