/** What the host and the page with a dataset's statistics say to each other; both ends check with the schemas what comes in. */
import * as z from 'zod/mini';
import { CHART_FORMATS, chartsSchema, LARGEST_CHART } from './studioCharts.ts';

const text = z.string();
const count = z.number();

const fieldSchema = z.object({
  name: text,
  /** Records that have it. */
  records: count,
  /** Of a field with texts, else null. */
  texts: z.nullable(
    z.object({
      /** Mean number of words; null: none was counted. */
      words: z.nullable(count),
      tokens: z.nullable(count),
      /** Different pairs of words as a share of all; null: there are none. */
      distinct: z.nullable(count),
      /** Share of the texts with a near duplicate; null: there are too few to tell. */
      nearDuplicates: z.nullable(count),
    }),
  ),
});

/** What is told of a field in a line of a table. */
export type FieldFacts = z.infer<typeof fieldSchema>;

const factsSchema = z.object({
  charts: chartsSchema,
  fields: z.array(fieldSchema),
  /** Fields that there was no room for. */
  fieldsLeftOut: count,
  /** Lines that are no records, by reason. */
  unreadable: z.record(text, count),
});

/** A dataset as it was measured. */
export type DatasetFacts = z.infer<typeof factsSchema>;

const stateSchema = z.object({
  /** Absolute path of a file, or of a run's folder. */
  path: text,
  /** Output of the run; null: a file. */
  output: z.nullable(text),
  /** What the page is about, for people. */
  shown: text,
});

/** What a page is about; kept over a reload. */
export type StatisticsState = z.infer<typeof stateSchema>;

const toHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** Reads the dataset from end to end. */
  z.object({ type: z.literal('measure') }),
  /** Gives the measurement up. */
  z.object({ type: z.literal('stop') }),
  z.object({
    type: z.literal('save-chart'),
    name: text,
    format: z.enum(CHART_FORMATS),
    content: text.check(z.maxLength(LARGEST_CHART)),
  }),
  /** Shows a record, by its line from 0. */
  z.object({ type: z.literal('open-record'), line: count }),
  /** Shows the records. */
  z.object({ type: z.literal('open-dataset') }),
]);

/** Webview → host. */
export type ToStatisticsHost = z.infer<typeof toHostSchema>;

const startSchema = z.object({ keep: stateSchema, wording: z.record(text, text), language: text });
export type StatisticsStart = z.infer<typeof startSchema>;

/** Answers of the host, by the request's type. */
export interface StatisticsHostAnswers {
  readonly [type: string]: unknown;
  readonly ready: StatisticsStart;
  readonly measure: DatasetFacts;
}

const toPageSchema = z.object({
  /** How much has been read, from 0 to 1. */
  type: z.literal('share'),
  share: count,
});

/** Host → webview. */
export type ToStatistics = z.infer<typeof toPageSchema>;
export type StatisticsAnswers = Readonly<Record<string, unknown>>;

/** Checks a message of the webview. @throws ZodError */
export function readToStatisticsHost(value: unknown): ToStatisticsHost {
  return toHostSchema.parse(value);
}

/** Checks a message of the host. @throws ZodError */
export function readToStatistics(value: unknown): ToStatistics {
  return toPageSchema.parse(value);
}

/** Checks the host's answer to a request of the given type. @throws ZodError */
export function readStatisticsAnswer(type: string, value: unknown): unknown {
  if (type === 'ready') return startSchema.parse(value);
  return type === 'measure' ? factsSchema.parse(value) : value;
}

/** What a page kept; undefined when it is none of ours. */
export function readStatisticsState(value: unknown): StatisticsState | undefined {
  return stateSchema.safeParse(value).data;
}
