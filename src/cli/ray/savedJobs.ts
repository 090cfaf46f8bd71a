/** The jobs that were submitted from a workspace: `.openline/cache/ray/<job>.json`. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { parseJson } from '../../core/record/json.ts';
import { keepOutOfGit, OPENLINE_FOLDER, replaceFile } from '../../core/run/runFolder.ts';

const savedJob = z.object({
  /** Sorts by time. */
  job: z.string().regex(/^openline-[\w-]+$/u),
  /** How Ray calls it: another name each time that it is begun again. */
  submission: z.string(),
  address: z.string(),
  storage: z.string(),
  /** Entry point and runtime environment without the values of variables: what it takes to submit it once more. */
  entrypoint: z.string(),
  package: z.string(),
  packages: z.array(z.string()),
  variables: z.array(z.string()),
});
export type SavedJob = z.infer<typeof savedJob>;

const folderOf = (root: string): string => join(root, OPENLINE_FOLDER, 'cache', 'ray');

export async function saveJob(root: string, job: SavedJob): Promise<void> {
  await keepOutOfGit(root);
  await mkdir(folderOf(root), { recursive: true });
  await replaceFile(join(folderOf(root), `${job.job}.json`), `${JSON.stringify(job, null, 2)}\n`);
}

/** @param name of the job, or `latest` @throws InvalidInputError when there is none */
export async function findJob(root: string, name: string): Promise<SavedJob> {
  const files = await readdir(folderOf(root)).catch(() => []);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  const wanted = name === 'latest' ? names.sort().at(-1) : names.find((candidate) => candidate === name);
  if (wanted === undefined) {
    const known = names.length === 0 ? 'none was submitted from here' : `there are ${names.sort().join(', ')}`;
    throw InvalidInputError.of('unknown-job', `There is no job ${name}; ${known}`);
  }
  const path = join(folderOf(root), `${wanted}.json`);
  const checked = savedJob.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!checked.success)
    throw InvalidInputError.of('damaged-job', `${path} is damaged: ${z.prettifyError(checked.error)}`);
  return checked.data;
}
