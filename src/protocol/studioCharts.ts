/** What the Studio's charts are made from, and what they can be saved as. */
import * as z from 'zod/mini';

const count = z.number();
const text = z.string();

const figuresSchema = z.object({ count, mean: count, median: count, min: count, max: count });
export type ChartFigures = z.infer<typeof figuresSchema>;

const spreadSchema = z.object({
  field: text,
  /** Scores and other numbers as they are; texts by their length in words. */
  kind: z.enum(['number', 'words']),
  /** Of the records; null: none of them has the field. */
  kept: z.nullable(figuresSchema),
  /** Of what was turned down; null: nothing that has the field. */
  rejected: z.nullable(figuresSchema),
  bins: z.array(z.object({ from: count, to: count, count, rejected: count })),
});

/** How the values of a field are spread. */
export type ChartSpread = z.infer<typeof spreadSchema>;

/** A branch of the topics with everything below it. */
export interface ChartBranch {
  readonly name: string;
  /** Field that holds the topic; empty at the root. */
  readonly field: string;
  /** Step of the run that made it; null: nobody knows. */
  readonly step: string | null;
  readonly records: number;
  /** What was turned down below it. */
  readonly rejected: number;
  /** Whether it has no records, or few beside its siblings. */
  readonly isThin: boolean;
  readonly branches: readonly ChartBranch[];
}

const branchSchema: z.ZodMiniType<ChartBranch> = z.object({
  name: text,
  field: text,
  step: z.nullable(text),
  records: count,
  rejected: count,
  isThin: z.boolean(),
  branches: z.array(z.lazy(() => branchSchema)),
});

const labelSchema = z.object({ field: text, values: count, counts: z.array(z.tuple([text, count])) });

/** How often each value of a field with few of them stands there. */
export type ChartLabels = z.infer<typeof labelSchema>;

const mapSchema = z.object({
  field: text,
  points: z.array(z.object({ x: count, y: count, line: count })),
  explained: count,
});

/** Embeddings on a plane; a line counts from 0, as the tables count it. */
export type ChartMap = z.infer<typeof mapSchema>;

/** A branch: the topics on the way to it from the widest on, each with the step that made it. */
export const branchPathSchema = z.array(z.object({ step: text, field: text, value: text })).check(z.minLength(1));
export type BranchPath = z.infer<typeof branchPathSchema>;

export const chartsSchema = z.object({
  records: count,
  spreads: z.array(spreadSchema),
  labels: z.array(labelSchema),
  topics: z.nullable(branchSchema),
  maps: z.array(mapSchema),
});

/** What the charts of an output show, besides what the run itself tells. */
export type StudioCharts = z.infer<typeof chartsSchema>;

/** What a chart can be saved as. */
export const CHART_FORMATS = ['svg', 'png'] as const;
export type ChartFormat = (typeof CHART_FORMATS)[number];

/** A picture of more characters than this is none of ours. */
export const LARGEST_CHART = 20_000_000;
