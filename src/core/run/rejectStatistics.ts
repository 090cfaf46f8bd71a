/** What a run turned down: by step and reason, and the topics of which nothing is left. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { isTopicField, type TopicTree } from '../curate/statistics/topicTree.ts';
import { Distribution } from '../curate/statistics/distribution.ts';
import { leafFields } from '../curate/statistics/leafFields.ts';
import { readRecordLines } from '../datasets/readRecordLines.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import { exists, runPaths } from './runFolder.ts';

const reportSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      in: z.number(),
      out: z.number(),
      rejected: z.record(z.string(), z.number()),
    }),
  ),
});

export interface StepRejects {
  readonly step: string;
  readonly in: number;
  readonly out: number;
  /** Share of what came in that was turned down, by reason. */
  readonly rejected: Readonly<Record<string, { readonly count: number; readonly share: number }>>;
}

/** The funnel of a run's steps; empty while it has no report. @param folder the run's folder */
export async function rejectStatistics(folder: string): Promise<readonly StepRejects[]> {
  const text = await readFile(runPaths(folder).report, 'utf8').catch(() => '');
  const report = reportSchema.safeParse(parseJson(text));
  return (report.data?.steps ?? []).map((step) => ({
    step: step.id,
    in: step.in,
    out: step.out,
    rejected: Object.fromEntries(
      Object.entries(step.rejected).map(([reason, count]) => [
        reason,
        { count, share: step.in === 0 ? 0 : count / step.in },
      ]),
    ),
  }));
}

/** Fields of rejects whose numbers are looked at, at the most. */
const MOST_FIELDS = 100;

/** What stands in the records that a run turned down, by field. */
export interface RejectedValues {
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>;
  readonly numbers: ReadonlyMap<string, Distribution>;
}

/**
 * Goes through the rejects of a run; there is nothing where it has none (yet).
 *
 * @param tree counts them by their topics; it has counted the records already
 */
export async function rejectedValues(folder: string, tree: TopicTree): Promise<RejectedValues> {
  const topics = new Map<string, Set<string>>();
  const numbers = new Map<string, Distribution>();
  const path = runPaths(folder).rejects;
  if (!(await exists(path))) return { topics, numbers };
  for await (const entry of readRecordLines(path, { growing: true })) {
    const fields = 'fields' in entry ? entry.fields['fields'] : undefined;
    if (!isJsonObject(fields)) continue;
    const values = [...leafFields(fields)];
    tree.addFields(values, 'rejected');
    for (const [name, value] of values) {
      if (typeof value === 'number' && Number.isFinite(value)) {
        const known = numbers.get(name) ?? new Distribution();
        known.add(value);
        if (numbers.size < MOST_FIELDS) numbers.set(name, known);
      } else if (typeof value === 'string' && isTopicField(name)) {
        topics.set(name, (topics.get(name) ?? new Set()).add(value));
      }
    }
  }
  return { topics, numbers };
}
