/** The branches of a run's records as a tree, read from its lineage and its rejects. */
import type * as z from 'zod';
import { TopicTree, type TopicBranch } from '../curate/statistics/topicTree.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import { Branches } from './branches.ts';
import { headOf, lineageSchema, linesOf, rejectSchema } from './lineage.ts';
import { readRunFile, runPaths } from './runFolder.ts';

/**
 * @param output name of the output whose records are counted; what was turned down is counted whatever output it was for
 * @returns null where the lineage knows of no branches: the pipeline makes none, or the run is an older version's
 * @throws the signal's reason
 */
export async function readBranches(folder: string, output: string, signal?: AbortSignal): Promise<TopicBranch | null> {
  const paths = runPaths(folder);
  const branches = new Branches((parseJson((await readRunFile(paths)).plan) as unknown as Plan).steps);
  const tree = new TopicTree();
  const count = (
    line: z.infer<typeof lineageSchema | typeof rejectSchema> | undefined,
    what: 'records' | 'rejected',
  ) => {
    if (line === undefined || line.branches.length === 0) return;
    const history = line.steps.map(({ step }) => step);
    tree.add(branches.pathOf(history, line.branches), what);
  };
  const head = headOf(output);
  for await (const text of linesOf(paths.lineage)) {
    signal?.throwIfAborted();
    if (text.startsWith(head)) count(lineageSchema.safeParse(parseJson(text)).data, 'records');
  }
  for await (const text of linesOf(paths.rejects)) {
    signal?.throwIfAborted();
    count(rejectSchema.safeParse(parseJson(text)).data, 'rejected');
  }
  return tree.summary();
}
