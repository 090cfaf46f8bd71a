/** What a dataset is like: the one way to statistics of a file or a run, for the command, the editor and the library. */
import { DEFAULT_ENCODING } from '../curate/encodings.ts';
import { BINS, Distribution, type DistributionSummary } from '../curate/statistics/distribution.ts';
import { RecordStatistics, type RecordSummary } from '../curate/statistics/recordStatistics.ts';
import type { SimilarityMap } from '../curate/statistics/embeddingStatistics.ts';
import { measuredShare } from '../curate/statistics/textStatistics.ts';
import type { TopicBranch } from '../curate/statistics/topicTree.ts';
import { loadTokenCounter } from '../curate/tokens.ts';
import { fieldsOfFirst } from '../datasets/firstRecord.ts';
import { readRecordFile } from '../datasets/readRecordFile.ts';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../record/json.ts';
import { readBranches } from './readBranches.ts';
import type { RecordSource } from './recordSource.ts';
import { rejectedValues, rejectStatistics, type StepRejects } from './rejectStatistics.ts';

/** How often progress is told, in milliseconds. */
const PROGRESS_MS = 100;
/** A shorter list of numbers is no embedding. */
const FEWEST_DIMENSIONS = 8;

export interface DescribeOptions {
  /** Fields whose texts are looked at; absent: all that hold texts. */
  readonly texts?: readonly string[];
  /** Fields that hold embeddings. */
  readonly embeddings?: readonly string[];
  /** Also what only charts show; fields that hold embeddings are found where none are named. */
  readonly charts?: boolean;
  readonly signal?: AbortSignal;
  /** Told now and then how much has been read, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Statistics of a dataset or a run. It is plain data: it goes over any channel and into any file as JSON. */
export interface DatasetDescription {
  /** Absolute path of the file that was read. */
  readonly source: string;
  /** The run whose output it is; null: just a file. */
  readonly run: string | null;
  /** Lines that are no records, by reason. */
  readonly unreadable: Readonly<Record<string, number>>;
  readonly statistics: RecordSummary;
  /** Of a run with a report: what each step let through and turned down, in the order of the pipeline. */
  readonly steps: readonly StepRejects[];
  /** Of a run: topics of which every record was turned down, by field. */
  readonly lostTopics: Readonly<Record<string, readonly string[]>>;
  /** What only charts show; null when it was not asked for. */
  readonly charts: {
    readonly topics: TopicBranch | null;
    readonly maps: readonly SimilarityMap[];
    /** Of a run: numbers in what was turned down, beside those of the records, by field. */
    readonly rejected: Readonly<Record<string, RejectedSpread>>;
  } | null;
}

/** How the numbers of a field are spread among what was turned down, and among the records. */
export interface RejectedSpread {
  readonly summary: DistributionSummary;
  /** Those of records (which may not have the field) and rejects together. */
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly records: number;
    readonly rejected: number;
  }[];
}

/**
 * Reads a dataset from end to end; memory is bounded, and of the texts of a large file a seeded sample is looked at.
 * The work is heavy: never in the editor's own process (`describe` of core/run/questionProtocol.ts is for that).
 *
 * @throws InvalidInputError when no record has a field that was named, or a table cannot be read; the signal's reason; what the file system says
 */
export async function describeDataset(
  source: RecordSource,
  { texts, embeddings: named = [], charts = false, signal, onProgress }: DescribeOptions = {},
): Promise<DatasetDescription> {
  const share = measuredShare(source.bytes);
  const embeddings = charts && named.length === 0 ? vectorFields(await fieldsOfFirst(source.path)) : named;
  const counter = await loadTokenCounter(DEFAULT_ENCODING);
  const statistics = new RecordStatistics(counter, texts ?? null, { embeddings, share });
  const unreadable: Record<string, number> = {};
  let read = 0;
  let toldAt = performance.now();
  const onBytes = (count: number): void => {
    read += count;
    if (onProgress === undefined || performance.now() - toldAt < PROGRESS_MS) return;
    toldAt = performance.now();
    onProgress(Math.min(1, read / Math.max(1, source.bytes)));
  };
  const { path, bytes, growing, folder, run } = source;
  for await (const entry of readRecordFile({ path, bytes, growing, onBytes })) {
    signal?.throwIfAborted();
    if ('fields' in entry) statistics.add(entry.fields, entry.line - 1);
    else unreadable[entry.reason] = (unreadable[entry.reason] ?? 0) + 1;
  }
  const summary = statistics.summary();
  checkFields(summary, texts ?? [], embeddings);
  const lostTopics: Record<string, readonly string[]> = {};
  const rejected = folder === null ? null : await rejectedValues(folder, statistics.topicTree);
  for (const [field, topics] of rejected?.topics ?? []) {
    lostTopics[field] = [...topics].filter((topic) => !statistics.hasTopic(field, topic)).sort();
  }
  const steps = folder === null ? [] : await rejectStatistics(folder);
  if (!charts) return { source: path, run, unreadable, statistics: summary, steps, lostTopics, charts: null };
  const drawn = {
    topics: await topicsOf(source, statistics, signal),
    maps: statistics.maps(),
    rejected: rejectedSpreads(statistics, rejected?.numbers ?? new Map<string, Distribution>()),
  };
  return { source: path, run, unreadable, statistics: summary, steps, lostTopics, charts: drawn };
}

function rejectedSpreads(
  statistics: RecordStatistics,
  numbers: ReadonlyMap<string, Distribution>,
): Readonly<Record<string, RejectedSpread>> {
  const spreads: Record<string, RejectedSpread> = {};
  for (const [field, rejected] of numbers) {
    const summary = rejected.summary();
    if (summary === null) continue;
    const records = statistics.numbersIn(field) ?? new Distribution();
    const all = rejected.plus(records);
    const down = all.histogram(BINS, rejected);
    const bins = all.histogram(BINS, records).map(({ from, to, count }, at) => {
      return { from, to, records: count, rejected: down[at]?.count ?? 0 };
    });
    spreads[field] = { summary, bins };
  }
  return spreads;
}

/** The topics of a run's records by their lineage, which holds what the records themselves do not; else by their fields. */
async function topicsOf(
  { folder, output }: RecordSource,
  { topicTree }: RecordStatistics,
  signal: AbortSignal | undefined,
): Promise<TopicBranch | null> {
  const byLineage = folder === null || output === undefined ? null : await readBranches(folder, output, signal);
  return byLineage ?? topicTree.summary();
}

/** Fields that look like embeddings: long lists of numbers, however deep they stand. */
function vectorFields(fields: JsonObject, prefix = ''): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (isJsonObject(value)) return vectorFields(value, `${prefix}${name}.`);
    const isVector = Array.isArray(value) && value.length >= FEWEST_DIMENSIONS && value.every(Number.isFinite);
    return isVector ? [`${prefix}${name}`] : [];
  });
}

function checkFields(summary: RecordSummary, texts: readonly string[], embeddings: readonly string[]): void {
  if (summary.records === 0) return;
  const wanted = texts.find((field) => summary.texts[field] === undefined);
  if (wanted !== undefined) {
    const there = Object.keys(summary.fields).join(', ');
    throw InvalidInputError.of('no-text', `Here no record has a text in ${wanted}; they have ${there}`);
  }
  for (const field of embeddings) {
    const { embeddings: found = 0, missing = 0, unusable = 0 } = summary.embeddings[field] ?? {};
    if (found > 0) continue;
    const why = `${missing} records have no such field, in ${unusable} it is no list of numbers`;
    const message = `Here no record has an embedding in ${field}; ${why}. An \`embed\` step makes them`;
    throw InvalidInputError.of('no-embedding', message);
  }
}
