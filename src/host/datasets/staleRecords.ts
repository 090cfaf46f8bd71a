/** How many records of a dataset were made with what has changed since, and which steps would ask again. Plain Node. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';

/** What is read of a run's history, in bytes: some hundred thousand records. */
const MOST_BYTES = 64 * 1024 * 1024;

const planSchema = z.object({
  steps: z.array(z.object({ id: z.string(), from: z.array(z.object({ step: z.string() })).default([]) })),
});

/** The steps themselves and all that get records from them, as the run's plan stands; undefined when the run is gone. */
export async function stepsAfter(folder: string, changed: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const run = await readRunFile(runPaths(folder)).catch(() => undefined);
  const plan = planSchema.safeParse(parseJson(run?.plan ?? ''));
  if (!plan.success) return undefined;
  const found = new Set(changed);
  // Steps stand behind those they get records from.
  for (const { id, from } of plan.data.steps) if (from.some(({ step }) => found.has(step))) found.add(id);
  return found;
}

/**
 * Records of a run's output that went through one of the steps.
 *
 * @returns undefined when the run is gone, or too large to be counted in passing
 */
export async function recordsThrough(
  folder: string,
  output: string,
  steps: readonly string[],
): Promise<number | undefined> {
  const needles = steps.map((step) => `"step":${JSON.stringify(step)},`);
  const head = `{"output":${JSON.stringify(output)},`;
  const stream = createReadStream(runPaths(folder).lineage, { end: MOST_BYTES });
  let count = 0;
  try {
    for await (const line of createInterface({ input: stream })) {
      if (line.startsWith(head) && needles.some((needle) => line.includes(needle))) count += 1;
    }
    return stream.bytesRead > MOST_BYTES ? undefined : count;
  } catch {
    return undefined;
  } finally {
    stream.destroy();
  }
}
