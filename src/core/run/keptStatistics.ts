/** What a large output of a run is like, kept with the run: who looks again need not wait again. */
import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { isJsonObject, parseJson } from '../record/json.ts';
import type { DatasetDescription } from './describeDataset.ts';
import type { RecordSource } from './recordSource.ts';
import { replaceFile, runPaths } from './runFolder.ts';

/** Smaller outputs are measured anew in about a second. */
const KEPT_FROM_BYTES = 4 * 2 ** 20;

const keptSchema = z.object({ of: z.string(), description: z.custom<DatasetDescription>(isJsonObject) });

/**
 * The description of an output as it was measured when it was the same; else measures it.
 *
 * @param version of Openline: another one may measure something else
 */
export async function keptDescription(
  source: RecordSource,
  version: string,
  measure: () => Promise<DatasetDescription>,
): Promise<DatasetDescription> {
  const { folder, output, path, bytes, growing } = source;
  if (folder === null || output === undefined || growing || bytes < KEPT_FROM_BYTES) return measure();
  const paths = runPaths(folder);
  const file = paths.statistics(output);
  const of = JSON.stringify([version, path, ...(await Promise.all([path, paths.rejects, paths.report].map(stampOf)))]);
  const kept = keptSchema.safeParse(parseJson(await readFile(file, 'utf8').catch(() => ''))).data;
  if (kept?.of === of) return kept.description;
  const description = await measure();
  // Where nothing can be written it is measured again the next time.
  await replaceFile(file, `${JSON.stringify({ of, description })}\n`).catch(() => undefined);
  return description;
}

/** Size and time: what belongs to another state of the files is not taken for theirs. */
async function stampOf(path: string): Promise<readonly number[]> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? [] : [found.size, found.mtimeMs];
}
