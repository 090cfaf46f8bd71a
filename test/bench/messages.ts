/** What the benchmark's processes say to each other. */
import { z } from 'zod';
import { behaviourSchema } from './behaviour.ts';

export const FLOORS = ['dispatch', 'openai', 'openai-fetch'] as const;

const sizes = z.object({ macroTopics: z.int(), subtopics: z.int(), openlines: z.int(), revisions: z.int() });
const service = { url: z.string(), slots: z.int() };

/** To the model service. */
export const serviceOrder = z.discriminatedUnion('do', [
  z.object({ do: z.literal('behave'), behaviour: behaviourSchema }),
  z.object({ do: z.literal('report') }),
]);

/** What the service did since it was told how to behave. */
export const serviceReport = z.object({
  port: z.int(),
  requests: z.int(),
  failures: z.int(),
  cpuMilliseconds: z.number(),
  /** Question → milliseconds from taking it up to answering it, as it came out. */
  latencies: z.record(z.string(), z.number()),
});
export type ServiceReport = z.infer<typeof serviceReport>;

const openlineOrder = z.object({
  do: z.literal('openline'),
  ...service,
  sizes,
  mode: z.enum(['local', 'model']),
  /** Whether to look when the first record is in the partial file. */
  watch: z.boolean(),
});
export type OpenlineOrder = z.infer<typeof openlineOrder>;

const floorOrder = z.object({
  do: z.literal('floor'),
  ...service,
  floor: z.enum(FLOORS),
  /** A file with a request body a line. */
  bodies: z.string(),
  requests: z.int(),
});
export type FloorOrder = z.infer<typeof floorOrder>;

/** To a contender. */
export const clientOrder = z.discriminatedUnion('do', [openlineOrder, floorOrder]);

export const floorReport = z.object({ milliseconds: z.number(), cpuMilliseconds: z.number(), requests: z.int() });
export type FloorReport = z.infer<typeof floorReport>;

export const openlineReport = floorReport.extend({
  records: z.int(),
  discarded: z.int(),
  /** Milliseconds until the partial file held a record; null when nobody looked. */
  firstRecord: z.number().nullable(),
  /** The run's workspace; whoever gave the order removes it. */
  root: z.string(),
  /** The run's folder in it. */
  folder: z.string(),
});
export type OpenlineReport = z.infer<typeof openlineReport>;

/** To the process that copies records without asking anybody. */
export const plainOrder = z.object({
  input: z.string(),
  /** How near-duplicates are dropped; null: records are only changed. */
  dedup: z.enum(['exact', 'fuzzy']).nullable(),
});

export const plainReport = z.object({
  milliseconds: z.number(),
  records: z.int(),
  /** Records in the output that were planted as near-duplicates of others. */
  plantedLeft: z.int(),
  peakBytes: z.number(),
  /** Bytes by which the peak grew with each record after the first 100 000. */
  growth: z.number(),
});
export type PlainReport = z.infer<typeof plainReport>;

/** To the process that fills a journal and takes the run up again. */
const fillOrder = z.object({
  do: z.literal('fill'),
  answers: z.int(),
  /** Open Q&A of these sizes; null: one step that asks somewhat more questions than there are to be answers. */
  sizes: sizes.nullable(),
});
export type FillOrder = z.infer<typeof fillOrder>;
export const resumeOrder = z.discriminatedUnion('do', [
  fillOrder,
  z.object({ do: z.literal('resume'), folder: z.string() }),
]);

/** Workspace and folder of the run; whoever gave the order removes the workspace. */
export const fillReport = z.object({ root: z.string(), folder: z.string() });

export const resumeReport = z.object({
  replayed: z.int(),
  requests: z.int(),
  journalBytes: z.number(),
  /** Milliseconds until the first request that was not in the journal; null when all were. */
  firstRequest: z.number().nullable(),
  /** Until the run was done. */
  milliseconds: z.number(),
  cpuMilliseconds: z.number(),
  peakBytes: z.number(),
});
export type ResumeReport = z.infer<typeof resumeReport>;

/** An order to read a dataset as the viewer does. */
export const datasetOrder = z.object({ input: z.string() });

const spent = z.object({ passed: z.number(), processor: z.number() });

/** Times in milliseconds. */
export const datasetReport = z.object({
  lines: z.number(),
  bytes: z.number(),
  plainRead: spent,
  firstRows: z.number(),
  index: spent,
  pages: z.object({ count: z.number(), median: z.number(), worst: z.number() }),
  searchText: spent,
  found: z.number(),
  searchCondition: spent,
  statistics: spent,
  sampled: z.number(),
  heldUp: z.number(),
  /** The same while nothing was done. */
  heldUpIdle: z.number(),
  peakBytes: z.number(),
});
export type DatasetReport = z.infer<typeof datasetReport>;
