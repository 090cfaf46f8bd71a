/** What a run turned down: by step and reason, and the topics of which nothing is left. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { isTopicField } from '../curate/statistics/topicTree.ts';
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

/** Topics that stand in the rejects of a run, by field. */
export async function rejectedTopics(folder: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const topics = new Map<string, Set<string>>();
  const path = runPaths(folder).rejects;
  if (!(await exists(path))) return topics;
  for await (const entry of readRecordLines(path, { growing: true })) {
    const fields = 'fields' in entry ? entry.fields['fields'] : undefined;
    if (!isJsonObject(fields)) continue;
    for (const [name, value] of leafFields(fields)) {
      if (typeof value !== 'string' || !isTopicField(name)) continue;
      topics.set(name, (topics.get(name) ?? new Set()).add(value));
    }
  }
  return topics;
}
