/** Statistics of the columns of a dataset; of a large one from a sample, which is the same every time. */
import { ColumnStatistics } from '../../curate/statistics/columnStatistics.ts';
import { seededRandom } from '../../curate/seededRandom.ts';
import { fieldAt } from '../../steps/step.ts';
import { Columns } from './columns.ts';
import type { LineIndex } from './lineIndex.ts';
import { readRecord } from './readRecord.ts';
import type { ViewStatistics } from './viewTypes.ts';

/** Bytes of records that are looked at; of more, a sample of about as many. */
const LOOKED_BYTES = 64 * 1024 * 1024;
const SEED = 7;
/** Lines after which progress is told. */
const STRETCH = 20_000;

export interface StatisticsOptions {
  /** Told of the share of the file that has been read. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Undefined when it was stopped. */
export async function viewStatistics(
  index: LineIndex,
  { onProgress, signal }: StatisticsOptions,
): Promise<ViewStatistics | undefined> {
  const share = Math.min(1, LOOKED_BYTES / Math.max(1, index.size));
  const random = seededRandom(SEED, []);
  const columns = new Columns();
  const statistics = new Map<string, ColumnStatistics>();
  let [records, broken] = [0, 0];
  const { count } = index;
  for await (const line of index.lines(0, count)) {
    if (signal.aborted) return undefined;
    if (line.line % STRETCH === STRETCH - 1) onProgress(line.line / count);
    if (share < 1 && random() >= share) continue;
    const { fields, reason } = readRecord(line);
    if (fields === null) {
      if (reason !== 'blank') broken += 1;
      continue;
    }
    records += 1;
    columns.add(fields);
    for (const name of columns.names) {
      const value = fieldAt(fields, name);
      if (value === undefined) continue;
      const known = statistics.get(name) ?? new ColumnStatistics();
      statistics.set(name, known);
      known.add(value);
    }
  }
  return {
    records,
    share,
    broken,
    columns: [...statistics].map(([name, column]) => ({ name, ...column.summary() })),
  };
}
