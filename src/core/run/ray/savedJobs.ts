/** The jobs that were submitted from a workspace: `.openline/cache/ray/<job>.json`. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../../errors.ts';
import { parseJson } from '../../record/json.ts';
import { keepOutOfGit, OPENLINE_FOLDER, replaceFile } from '../runFolder.ts';

/** It becomes a folder's name, and comes from a machine of others. */
export const runIdSchema = z.string().regex(/^[\w-]+$/u);

/** Where a job stood when somebody last looked. */
const progressSchema = z.object({
  phase: z.enum(['begun', 'trunk', 'shards', 'whole', 'waiting', 'ended']),
  run: runIdSchema.optional(),
  shards: z.number().optional(),
  done: z.number().optional(),
  /** CPUs that it waits for; null: none. */
  cpus: z.number().nullish(),
  /** How it ended. */
  state: z.enum(['done', 'failed', 'invalid', 'paused', 'interrupted']).optional(),
  error: z.string().nullish(),
  /** Whether what it made is in this workspace. */
  brought: z.boolean().optional(),
});
export type JobProgress = z.infer<typeof progressSchema>;

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
  /** The pipeline, from the workspace's folder, with `/`. */
  file: z.string().optional(),
  progress: progressSchema.optional(),
});
export type SavedJob = z.infer<typeof savedJob>;

/** Where the jobs of a workspace are kept. */
export const savedJobsFolder = (root: string): string => join(root, OPENLINE_FOLDER, 'cache', 'ray');

export async function saveJob(root: string, job: SavedJob): Promise<void> {
  await keepOutOfGit(root);
  await mkdir(savedJobsFolder(root), { recursive: true });
  await replaceFile(join(savedJobsFolder(root), `${job.job}.json`), `${JSON.stringify(job, null, 2)}\n`);
}

/** Nobody comes back to a job any more. */
export async function forgetJob(root: string, { job }: SavedJob): Promise<void> {
  await rm(join(savedJobsFolder(root), `${job}.json`), { force: true });
}

/** All jobs of a workspace, oldest first; what cannot be read is left out. */
export async function listJobs(root: string): Promise<readonly SavedJob[]> {
  const names = (await readdir(savedJobsFolder(root)).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  const jobs: SavedJob[] = [];
  for (const name of names) {
    const text = await readFile(join(savedJobsFolder(root), name), 'utf8').catch(() => '');
    const checked = savedJob.safeParse(parseJson(text));
    if (checked.success) jobs.push(checked.data);
  }
  return jobs;
}

/** @param name of the job, or `latest` @throws InvalidInputError when there is none */
export async function findJob(root: string, name: string): Promise<SavedJob> {
  const files = await readdir(savedJobsFolder(root)).catch(() => []);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  const wanted = name === 'latest' ? names.sort().at(-1) : names.find((candidate) => candidate === name);
  if (wanted === undefined) {
    const known = names.length === 0 ? 'none was submitted from here' : `there are ${names.sort().join(', ')}`;
    throw InvalidInputError.of('unknown-job', `There is no job ${name}; ${known}`);
  }
  const path = join(savedJobsFolder(root), `${wanted}.json`);
  const checked = savedJob.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!checked.success)
    throw InvalidInputError.of('damaged-job', `${path} is damaged: ${z.prettifyError(checked.error)}`);
  return checked.data;
}
