/** Before a run starts: what its sources are today is looked up, so that a resumed run reads the same. */
import { join } from 'node:path';
import { fetchFile } from '../datasets/fetchFile.ts';
import { gitText } from '../datasets/git/runGit.ts';
import { UnreadableError } from '../datasets/sourceEntry.ts';
import { InvalidInputError } from '../errors.ts';
import type { Plan, PlanStep } from '../pipeline/plan.ts';
import type { FilesSource, GitSource, ReadSource, SourceFile } from '../pipeline/sourcePlan.ts';
import { keepOutOfGit, OPENLINE_FOLDER } from './runFolder.ts';
import type { RunSettings } from './runJob.ts';

/**
 * The plan with files from the web fetched, and with the commits at which histories begin. Doing it again changes
 * nothing and fetches only what has gone from the cache.
 *
 * @throws FetchFailedError, InvalidInputError
 */
export async function settleSources(
  plan: Plan,
  root: string,
  settings: Pick<RunSettings, 'http' | 'stop' | 'onWarning'>,
): Promise<Plan> {
  const steps: PlanStep[] = [];
  for (const step of plan.steps) {
    steps.push(step.kind === 'read' ? { ...step, source: await settle(step.source, root, settings) } : step);
  }
  return { ...plan, steps };
}

type Settings = Pick<RunSettings, 'http' | 'stop' | 'onWarning'>;

async function settle(source: ReadSource, root: string, settings: Settings): Promise<ReadSource> {
  if (source.kind === 'git') return settleHistory(source);
  if (source.kind === 'files' && source.files.some(({ remote }) => remote !== undefined)) {
    return settleFiles(source, root, settings);
  }
  return source;
}

async function settleFiles(source: FilesSource, root: string, settings: Settings): Promise<FilesSource> {
  const files: SourceFile[] = [];
  for (const file of source.files) files.push(await settleFile(file, root, settings));
  return { ...source, files };
}

async function settleFile(file: SourceFile, root: string, { http, stop, onWarning }: Settings): Promise<SourceFile> {
  const { remote } = file;
  if (remote === undefined) return file;
  await keepOutOfGit(root);
  const fetched = await fetchFile(remote, join(root, OPENLINE_FOLDER, 'cache'), http, stop);
  if (remote.sha256 === null) {
    onWarning?.(`${remote.url} was read without a checksum; to read the same again, add \`sha256: ${fetched.sha256}\``);
  }
  return { ...file, path: fetched.path, remote: { ...remote, sha256: fetched.sha256 } };
}

async function settleHistory(source: GitSource): Promise<GitSource> {
  if (source.head !== undefined) return source;
  const { repository, shown, since } = source;
  try {
    const head = await gitText(repository, ['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}']);
    if (since === undefined) return { ...source, head };
    // Git says what a date means as the option for it: --max-age=SECONDS.
    const age = await gitText(repository, ['rev-parse', `--since=${isDay(since) ? `${since}T00:00:00Z` : since}`]);
    return { ...source, head, maxAge: age.replace('--max-age=', '') };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    throw InvalidInputError.of('git-failed', `The history of ${shown} cannot be read: ${error.message}`);
  }
}

/** Of a day alone Git would take the time at which it is asked. */
function isDay(since: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/u.test(since);
}
