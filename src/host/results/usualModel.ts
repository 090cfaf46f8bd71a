import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { readRunFile, type RunPaths } from '../../core/run/runFolder.ts';

const planSchema = z.object({
  steps: z.array(z.object({ ask: z.object({ endpoint: z.string(), model: z.string() }).optional().catch(undefined) })),
});

/** Endpoint and model that the last asking step of a run asks; undefined where none does. */
export async function readUsualModel(
  paths: RunPaths,
): Promise<{ readonly endpoint: string; readonly model: string } | undefined> {
  const { plan } = await readRunFile(paths);
  const { data } = planSchema.safeParse(parseJson(plan));
  return data?.steps.findLast(({ ask }) => ask !== undefined)?.ask;
}
