/**
 * What the host and the Studio (the panel that shows a run) say to each other. The schemas are the definition; both ends
 * check with them what comes in. (`zod/mini`, since the webview carries it.)
 */
import * as z from 'zod/mini';
import type { RunSnapshot, RunState, StepProgress } from '../core/run/events.ts';
import {
  changeSchema,
  DECISION_FILTERS,
  recordSchema,
  reviewSchema,
  rowSchema,
  type DecisionChange,
  type ShownReview,
  type ViewRecord,
  type ViewRow,
} from './dataset.ts';
import { leftOutSchema } from './leftOut.ts';
import { snapshotSchema } from './runSnapshot.ts';
import { branchPathSchema, CHART_FORMATS, chartsSchema, LARGEST_CHART, type StudioCharts } from './studioCharts.ts';
import {
  repairAnswerSchemas,
  repairProgressSchema,
  repairRequests,
  type RepairAnswers,
  type RepairProgressMessage,
} from './studioRepair.ts';

export type { RunSnapshot, RunState, StepProgress };

const count = z.number();
const text = z.string();

const studioRunSchema = z.object({
  /** Folder of the run: what the panel keeps over a reload. */
  folder: text,
  snapshot: snapshotSchema,
  mode: z.enum(['run', 'preview']),
  recipe: z.nullable(text),
  /** Who works on it: this window, another process (a terminal, another window), nobody. */
  owner: z.enum(['window', 'elsewhere', 'nobody']),
  /** Whether it can be taken up again. */
  resumable: z.boolean(),
  /** Whether there is something that a service refused or did not answer, and that can be asked again. */
  retryable: z.boolean(),
  /** Corrected answers that are kept and not in the output yet: working the run through again brings them there. */
  corrections: count,
  /** The pipeline file as a person would name it. */
  pipelineFile: text,
  /** Why records that were written cannot be shown, by the output's name, in a sentence. */
  absent: z.record(text, text),
});

/** A run as the panel shows it. */
export interface StudioRun {
  readonly folder: string;
  readonly snapshot: RunSnapshot;
  readonly mode: 'run' | 'preview';
  readonly recipe: string | null;
  readonly owner: 'window' | 'elsewhere' | 'nobody';
  readonly resumable: boolean;
  readonly retryable: boolean;
  readonly corrections: number;
  readonly pipelineFile: string;
  readonly absent: Readonly<Record<string, string>>;
}

/**
 * What a table shows: the records of an output (`output:NAME`), or those that were turned down (`rejects`).
 */
export const REJECTS = 'rejects';
const OUTPUT = 'output:';

export function outputSource(name: string): string {
  return `${OUTPUT}${name}`;
}

/** The output's name in a source; undefined where it is not about an output. */
export function outputOf(source: string): string | undefined {
  return source.startsWith(OUTPUT) ? source.slice(OUTPUT.length) : undefined;
}

export const resultViewSchema = z.object({
  source: text,
  /** A text that one of the record's values holds, or a condition on its fields; empty: all. */
  query: text,
  isCondition: z.boolean(),
  /** Texts of fields that are shown in words of their own, which hold the text that is looked for: they are found, too. */
  also: z.optional(z.record(text, z.array(text))),
  /** Fields that must have just this value, such as the step and the reason of what was turned down. */
  where: z.record(text, text),
  /** Which records by what was decided about them in the review. */
  decision: z.enum(DECISION_FILTERS),
  /** Null: the file's own order. */
  sort: z.nullable(z.object({ column: text, descending: z.boolean() })),
});

/** Which rows a table shows. */
export type ResultView = z.infer<typeof resultViewSchema>;

/** Everything of a source, as it stands. */
export function wholeView(source: string): ResultView {
  return { source, query: '', isCondition: false, where: {}, decision: 'all', sort: null };
}

/** Whether a view leaves anything out. */
export function isPart({ query, where, decision }: ResultView): boolean {
  return query !== '' || decision !== 'all' || Object.keys(where).length > 0;
}

export function isSameView(one: ResultView, other: ResultView): boolean {
  const told = ({ source, query, isCondition, where, decision, sort }: ResultView): string =>
    JSON.stringify([
      source,
      query,
      isCondition,
      Object.entries(where).sort(),
      decision,
      sort?.column,
      sort?.descending,
    ]);
  return told(one) === told(other);
}

const resultCountsSchema = z.object({
  view: resultViewSchema,
  /** Lines in the file so far. */
  total: count,
  /** Lines that the view shows: all of them where it asks for nothing. */
  matched: count,
  /** Whether the file has not been read to its end yet. */
  searching: z.boolean(),
  /** What is wrong with the condition, in words; null: nothing. */
  problem: z.nullable(text),
  /** What the condition could not be worked out for, where it could for others. */
  leftOut: leftOutSchema,
  /** Raised when rows that were handed out are not what they were. */
  revision: count,
  /** What was decided about the records; null: nothing can be. */
  review: z.nullable(reviewSchema),
});

/** How much there is to see of a view. */
export type ResultCounts = Omit<z.infer<typeof resultCountsSchema>, 'review'> & {
  readonly review: ShownReview | null;
};

const resultPageSchema = z.object({
  counts: resultCountsSchema,
  /** Names of the fields, in the order of the columns. */
  columns: z.array(text),
  start: count,
  /** A cell is the field's beginning on one line; what is missing is null. `line` counts from 0. */
  rows: z.array(rowSchema),
});

/** Some rows of a view, from its row `start`. */
export interface ResultPage {
  readonly counts: ResultCounts;
  readonly columns: readonly string[];
  readonly start: number;
  readonly rows: readonly ViewRow[];
}
export type ResultRow = ViewRow;

/** A record with everything in it, and with what was decided about it. */
export type ResultRecord = ViewRecord;

/** Rows of a view, from the first to before the last of each. */
const rangesSchema = z.array(z.object({ from: count, to: count }));
export type RowRanges = z.infer<typeof rangesSchema>;

const historySchema = z.nullable(
  z.object({
    id: text,
    stages: z.array(
      z.object({
        step: text,
        key: text,
        template: z.nullable(text),
        at: z.nullable(text),
        endpoint: text,
        model: text,
        milliseconds: z.nullable(count),
        isReused: z.boolean(),
        isAmended: z.boolean(),
        said: text,
      }),
    ),
  }),
);

/** How a record came to be, first step first; null where nothing is known of it. */
export type StudioHistory = z.infer<typeof historySchema>;
export type StudioStage = NonNullable<StudioHistory>['stages'][number];

const descendantsSchema = z.object({
  records: z.array(z.object({ output: text, line: count, id: text })),
  rejects: z.array(count),
  recordCount: count,
  rejectCount: count,
});

/** What was made of a record at a step; of very many only the first are listed. */
export type StudioDescendants = z.infer<typeof descendantsSchema>;

/** What a person can have done from the panel. */
export const STUDIO_ACTIONS = [
  'pause',
  'cancel',
  'resume',
  'retry-failed',
  'work-through',
  'open-output',
  'open-pipeline',
  'show-log',
] as const;
export type StudioAction = (typeof STUDIO_ACTIONS)[number];

/** Mark on the page's timeline: the whole panel is there. */
export const STUDIO_SHOWN = 'openline-studio-shown';

const toHostSchema = z.discriminatedUnion('type', [
  /** The panel can show something: what is there? */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('rows'), view: resultViewSchema, start: count, count }),
  z.object({ type: z.literal('record'), source: text, line: count }),
  z.object({ type: z.literal('open-line'), source: text, line: count }),
  /** How a record, or what was turned down, came to be. */
  z.object({ type: z.literal('history'), source: text, line: count }),
  /** What was made of a record at a step. */
  z.object({ type: z.literal('descendants'), step: text, key: text }),
  /** Shows a request with its answer, by its address in the journal. */
  z.object({ type: z.literal('open-request'), at: text }),
  /** Shows a template: `builtin:ID`, or its path as in the pipeline. */
  z.object({ type: z.literal('open-template'), template: text }),
  /** Measures an output for the charts. */
  z.object({ type: z.literal('charts'), output: text }),
  /** Makes a pipeline that generates more records of a branch alone, and runs it when the person agrees. */
  z.object({ type: z.literal('generate-more'), path: branchPathSchema }),
  /** Keeps a chart as a file where the person says: SVG as text, PNG in base64. */
  z.object({
    type: z.literal('save-chart'),
    name: text,
    format: z.enum(CHART_FORMATS),
    content: text.check(z.maxLength(LARGEST_CHART)),
  }),
  ...repairRequests,
  /** Writes what a view shows into a file of its own, or some of its rows. */
  z.object({ type: z.literal('export'), view: resultViewSchema, rows: z.nullable(rangesSchema) }),
  /** What is decided about a record of an output; in the review file when it is answered. */
  z.object({ type: z.literal('decide'), source: text, line: count, change: changeSchema }),
  z.object({ type: z.literal('undo'), source: text }),
  z.object({ type: z.literal('redo'), source: text }),
  z.object({ type: z.literal('open-review'), source: text }),
  /** Makes the decisions part of a dataset. */
  z.object({ type: z.literal('apply'), source: text }),
  z.object({ type: z.literal('act'), action: z.enum(STUDIO_ACTIONS) }),
]);

/** Webview → host. */
export type ToHost =
  | Exclude<z.infer<typeof toHostSchema>, { readonly type: 'decide' }>
  | { readonly type: 'decide'; readonly source: string; readonly line: number; readonly change: DecisionChange };

const startSchema = z.object({
  /** Absent when the run's folder is gone. */
  run: z.nullable(studioRunSchema),
  /** Translations by the English text; empty in English. */
  wording: z.record(text, text),
  /** Language of the editor, for numbers. */
  language: text,
});

/** What the panel needs to begin. */
export interface StudioStart {
  readonly run: StudioRun | null;
  readonly wording: Readonly<Record<string, string>>;
  readonly language: string;
}

/** Answers of the host, by the request's type. */
export interface HostAnswers extends RepairAnswers {
  readonly [type: string]: unknown;
  readonly ready: StudioStart;
  readonly rows: ResultPage;
  readonly record: ResultRecord;
  readonly history: StudioHistory;
  readonly descendants: StudioDescendants;
  readonly charts: StudioCharts;
}

const toStudioSchema = z.discriminatedUnion('type', [
  /** The run has moved on. */
  z.object({ type: z.literal('run'), run: studioRunSchema }),
  /** There is more to see of a table. */
  z.object({ type: z.literal('results'), counts: resultCountsSchema }),
  /** How much of an output has been measured for the charts, from 0 to 1. */
  z.object({ type: z.literal('charts-share'), output: text, share: count }),
  repairProgressSchema,
]);

/** Host → webview. */
export type ToStudio =
  | { readonly type: 'run'; readonly run: StudioRun }
  | { readonly type: 'results'; readonly counts: ResultCounts }
  | { readonly type: 'charts-share'; readonly output: string; readonly share: number }
  | RepairProgressMessage;

/** The webview answers nothing: what goes to it are notices. */
export type StudioAnswers = Readonly<Record<string, unknown>>;

const nothing = z.unknown();
const hostAnswerSchemas: Readonly<Record<string, z.ZodMiniType>> = {
  ready: startSchema,
  rows: resultPageSchema,
  record: recordSchema,
  history: historySchema,
  descendants: descendantsSchema,
  charts: chartsSchema,
  ...repairAnswerSchemas,
};

/** Checks a message of the webview. @throws ZodError */
export function readToHost(value: unknown): ToHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToStudio(value: unknown): ToStudio {
  return toStudioSchema.parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readHostAnswer(type: string, value: unknown): unknown {
  return (hostAnswerSchemas[type] ?? nothing).parse(value);
}

const restoredSchema = z.object({ folder: text });

/** What a panel keeps over a reload of the window: which run it shows, by its folder. */
export type StudioState = z.infer<typeof restoredSchema>;

/** Reads what a panel kept; undefined when it is nothing of ours. */
export function readStudioState(value: unknown): StudioState | undefined {
  const checked = restoredSchema.safeParse(value);
  return checked.success ? checked.data : undefined;
}
