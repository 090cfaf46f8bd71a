/** Starting a run and taking one up again: folder, locks, checks of the outputs; the work itself is in execute.ts. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NamedProfile } from '../endpoints/profile.ts';
import type { HttpFetch } from '../endpoints/httpFetch.ts';
import { InvalidInputError } from '../errors.ts';
import type { Budget, Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import type { RunSnapshot, RunSummary } from './events.ts';
import { executeRun } from './execute.ts';
import { LockedError, takeLock, thisProcess, type Lock } from './lock.ts';
import { ForeignOutputError, isReplaceable, OutsideWorkspaceError } from './output.ts';
import {
  createRunFolder,
  newRunId,
  OPENLINE_FOLDER,
  readRunFile,
  RUN_FORMAT,
  runPaths,
  writeRunFile,
  type RunFile,
  type RunPaths,
} from './runFolder.ts';

/** How a run is carried out; what it does stands in the plan. */
export interface RunSettings {
  /** Profiles with their keys, by precedence. */
  readonly profiles: readonly NamedProfile[];
  readonly http: HttpFetch;
  /** Version of Openline, for the records. */
  readonly version: string;
  /** Caps every endpoint; absent: each profile's own limit, or 16. */
  readonly concurrency?: number;
  readonly budget?: Budget;
  /** Overwrite a file that Openline did not make. */
  readonly force?: boolean;
  /** The person has agreed to outputs outside the workspace. */
  readonly allowOutside?: boolean;
  /** Asks for an orderly end: nothing more is sent, what is in flight gets a few seconds to arrive. */
  readonly stop?: AbortSignal;
  /** Told as soon as the run's folder is there. */
  readonly onStarted?: (run: string, folder: string) => void;
  /** Told about ten times a second, and once at the end. */
  readonly onProgress?: (snapshot: RunSnapshot) => void;
  /** Told of things that are odd but do not stop the run, in a sentence. */
  readonly onWarning?: (message: string) => void;
  /** Told why a run failed or paused, once it has. */
  readonly onFailure?: (error: unknown) => void;
  /** Milliseconds since the epoch; a test may hand in its own. */
  readonly now?: () => number;
}

export interface StartOptions extends RunSettings {
  readonly plan: Plan;
  /** Text of the pipeline file, kept in `run.json`. */
  readonly text: string;
  /** Folder that holds `.openline`. */
  readonly root: string;
  readonly mode: 'run' | 'preview';
  /** Only the first so many records of each output. */
  readonly limit?: number;
  /** So many records more than the pipeline makes, by further rounds. */
  readonly more?: number;
  /** Take nothing over from earlier runs. */
  readonly fresh?: boolean;
}

export interface ResumeOptions extends RunSettings {
  /** The run's folder. */
  readonly folder: string;
  readonly retryFailed?: boolean;
}

/** Records that a preview makes. */
export const PREVIEW_RECORDS = 3;

/**
 * Runs a plan from its beginning.
 *
 * @returns what came of it; failures of the run itself are in the summary's state, not thrown
 * @throws InvalidInputError, ForeignOutputError or OutsideWorkspaceError when nothing was started
 */
export async function startRun(options: StartOptions): Promise<RunSummary> {
  const now = options.now ?? Date.now;
  const { plan, root } = options;
  const started = now();
  const run = newRunId(new Date(started));
  if (options.mode === 'run') await checkOutputs(plan, root, options);
  const locks = options.mode === 'run' ? await lockOutputs(plan, root, run) : [];
  try {
    const paths = await createRunFolder(root, run);
    locks.push(await takeLock(paths.lock, run));
    const planText = JSON.stringify(plan);
    const file: RunFile = {
      format: RUN_FORMAT,
      run,
      state: 'starting',
      version: options.version,
      mode: options.mode,
      pipeline: { file: plan.file, name: plan.name, recipe: plan.recipe, text: options.text },
      startedAt: started,
      finishedAt: null,
      process: thisProcess(),
      endpoints: Object.fromEntries(plan.endpoints.map((name) => [name, profileOf(options.profiles, name).profile])),
      outputs: plan.outputs.map(({ name, path, shown }) => ({ name, path, shown, records: 0, sha256: null })),
      totals: {
        records: 0,
        discarded: 0,
        requests: 0,
        reused: 0,
        tokens: { prompt: 0, completion: 0 },
        cost: null,
        seconds: 0,
      },
      error: null,
      plan: planText,
      planHash: hashOf(planText),
      limit: options.mode === 'preview' ? (options.limit ?? PREVIEW_RECORDS) : (options.limit ?? null),
      more: options.more ?? null,
      fresh: options.fresh === true,
    };
    await writeRunFile(paths, file);
    options.onStarted?.(run, paths.folder);
    return await executeRun({ settings: options, plan, paths, root, file, retryFailed: false });
  } finally {
    await releaseAll(locks);
  }
}

/**
 * Goes on with a run that was interrupted, paused or has failed. Journalled answers are not asked again.
 *
 * @throws InvalidInputError when there is no such run, it is complete, or another process works on it
 */
export async function resumeRun(options: ResumeOptions): Promise<RunSummary> {
  const paths = runPaths(options.folder);
  const file = await readRunFile(paths);
  const plan = planOf(file, paths);
  const root = dirname(dirname(dirname(options.folder)));
  if (file.state === 'done' && options.retryFailed !== true) {
    throw InvalidInputError.of(
      'run-complete',
      `Run ${file.run} is complete; start a new one with \`openline run ${file.pipeline.file}\``,
    );
  }
  if (file.mode === 'run') await checkOutputs(plan, root, { ...options, allowOutside: true });
  const locks: Lock[] = [];
  try {
    locks.push(await lockRun(paths, file.run));
    if (file.mode === 'run') locks.push(...(await lockOutputs(plan, root, file.run)));
    options.onStarted?.(file.run, paths.folder);
    return await executeRun({ settings: options, plan, paths, root, file, retryFailed: options.retryFailed === true });
  } finally {
    await releaseAll(locks);
  }
}

/** The profile of a name. @throws InvalidInputError when there is none */
export function profileOf(profiles: readonly NamedProfile[], name: string): NamedProfile {
  const found = profiles.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const names = profiles.map((candidate) => candidate.name).join(', ');
  throw InvalidInputError.of('unknown-endpoint', `There is no endpoint ${name}; there are ${names}`);
}

/** The plan as it was run. */
function planOf(file: RunFile, paths: RunPaths): Plan {
  if (hashOf(file.plan) !== file.planHash) {
    throw InvalidInputError.of('damaged-run', `${paths.run} was changed since the run started; it cannot be resumed`);
  }
  // The text is, hash and format version show, what startRun wrote from a checked plan.
  return parseJson(file.plan) as unknown as Plan;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function checkOutputs(plan: Plan, root: string, options: RunSettings): Promise<void> {
  for (const output of plan.outputs) {
    if (options.allowOutside !== true && output.outside) throw new OutsideWorkspaceError(output.path, root);
    if (options.force !== true && !(await isReplaceable(output.path, root))) throw new ForeignOutputError(output.path);
  }
}

async function lockRun(paths: RunPaths, run: string): Promise<Lock> {
  try {
    return await takeLock(paths.lock, run);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { pid, host } = error.holder;
    throw InvalidInputError.of('run-locked', `Process ${pid} on ${host} is working on run ${run}; stop it first`);
  }
}

/** One run at a time writes an output. */
async function lockOutputs(plan: Plan, root: string, run: string): Promise<Lock[]> {
  const folder = join(root, OPENLINE_FOLDER, 'locks');
  await mkdir(folder, { recursive: true });
  const locks: Lock[] = [];
  try {
    for (const output of plan.outputs) {
      locks.push(await takeLock(join(folder, `${hashOf(output.path).slice(0, 16)}.lock`), run));
    }
  } catch (error) {
    await releaseAll(locks);
    if (!(error instanceof LockedError)) throw error;
    throw InvalidInputError.of(
      'output-locked',
      `Run ${error.holder.run} (process ${error.holder.pid}) is writing the same output; wait for it or give another --output`,
    );
  }
  return locks;
}

async function releaseAll(locks: readonly Lock[]): Promise<void> {
  for (const lock of locks) await lock.release();
}
