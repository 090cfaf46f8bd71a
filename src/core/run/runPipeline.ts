/** Starting a run and taking one up again: folder, locks, checks of the outputs; the work itself is in execute.ts. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InvalidInputError } from '../errors.ts';
import { isOutside } from '../files/isOutside.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import type { RunSummary } from './events.ts';
import { estimateRun } from './estimate.ts';
import { executeRun } from './execute.ts';
import { changedInputs, noteInputs } from './inputs.ts';
import { measuredSteps } from './measured.ts';
import { hashOf, newRunFile } from './newRunFile.ts';
import type { RunJob, RunSettings } from './runJob.ts';
import { cutPlan, type Cut } from './shardCut.ts';
import {
  gatherShards,
  notePartDone,
  openAttempt,
  openPart,
  planOfPart,
  readCut,
  writeCut,
  type PartIndex,
} from './shards.ts';
import { settleSources } from './settleSources.ts';
import { tellSymbols } from './tellSymbols.ts';
import { LockedError, takeLock, thisProcess, type Lock } from './lock.ts';
import { ForeignOutputError, isReplaceable, OutsideWorkspaceError } from './output.ts';
import { checkScripts } from './scripts.ts';
import {
  createRunFolder,
  folderMark,
  newRunId,
  OPENLINE_FOLDER,
  readRunFile,
  runPaths,
  writeRunFile,
  type RunFile,
  type RunPaths,
  type TurnedDown,
} from './runFolder.ts';

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
  /** Cuts the run into so many shards, and asks only what stands before the cut; a run that cannot be cut runs whole. */
  readonly shards?: number;
  /** Take nothing over from earlier runs. */
  readonly fresh?: boolean;
  /** Of what an earlier run turned down the answers are not taken over. */
  readonly askAgain?: TurnedDown;
}

export interface ResumeOptions extends RunSettings {
  /** The run's folder. */
  readonly folder: string;
  readonly retryFailed?: boolean;
  /** Works a complete run through once more, from the answers in its journal: some of them have been corrected. */
  readonly again?: boolean;
}

/**
 * Runs a plan from its beginning.
 *
 * @returns what came of it; failures of the run itself are in the summary's state, not thrown
 * @throws InvalidInputError, ForeignOutputError, OutsideWorkspaceError or ScriptsNotAllowedError when nothing was started
 */
export async function startRun(options: StartOptions): Promise<RunSummary> {
  const now = options.now ?? Date.now;
  const { root } = options;
  checkScripts(options.plan, options.allowScripts);
  const started = now();
  const run = newRunId(new Date(started));
  if (options.mode === 'run') await checkOutputs(options.plan, root, options);
  const locks = options.mode === 'run' ? await lockOutputs(options.plan, root, run) : [];
  try {
    const plan = await settleSources(options.plan, root, options);
    const paths = await createRunFolder(root, run);
    locks.push(await takeLock(paths.lock, run));
    await noteInputs(plan, paths);
    const measured = await measuredSteps(plan, root);
    const estimate = estimateRun(plan, options.profiles, measured, options.concurrency);
    const file = await newRunFile(options, { run, folder: paths.folder, startedAt: started, plan, estimate });
    await writeRunFile(paths, file);
    options.onStarted?.(run, paths.folder);
    if (options.mode === 'run') options.onEstimate?.(estimate);
    const told = await tellSymbols(plan, paths, options, true);
    const job = { settings: options, plan, paths, root, file, told, retryFailed: false };
    return await (options.shards === undefined ? executeRun(job) : startShards(job, options.shards));
  } finally {
    await releaseAll(locks);
  }
}

/**
 * Goes on with a run that was interrupted, paused or has failed. Journalled answers are not asked again.
 *
 * @throws InvalidInputError when there is no such run, it is complete, or another process works on it;
 *   ScriptsNotAllowedError when it runs programs and nobody has agreed to that; OutsideWorkspaceError when it was started
 *   elsewhere and writes outside, unless `allowOutside` says that this is meant
 */
export async function resumeRun(options: ResumeOptions): Promise<RunSummary> {
  const { folder } = options;
  const paths = runPaths(folder);
  const root = dirname(dirname(dirname(folder)));
  const { run } = await readRunFile(paths);
  if (options.shard !== undefined) return resumeShard(options, paths, root, options.shard);
  const locks: Lock[] = [await lockRun(paths, run)];
  try {
    // Only behind the lock it stands still: another process may just have completed the run.
    const file = await readRunFile(paths);
    const planned = planOf(file, paths);
    checkScripts(planned, options.allowScripts);
    if (file.state === 'done' && options.retryFailed !== true && options.again !== true) {
      throw InvalidInputError.of(
        'run-complete',
        `Run ${file.run} is complete; start a new one with \`openline run ${file.pipeline.file}\``,
      );
    }
    if (file.mode === 'run') {
      await checkPlaces(planned, root, options.allowOutside === true || file.folderMark === (await folderMark(folder)));
      await checkOutputs(planned, root, { ...options, allowOutside: true });
      locks.push(...(await lockOutputs(planned, root, file.run)));
    }
    await gatherShards(paths);
    const plan = await settleSources(planned, root, options);
    const changed = await changedInputs(plan, paths);
    if (changed !== null) (options.onChangedInputs ?? options.onWarning)?.(changed);
    const told = await tellSymbols(plan, paths, options, false);
    options.onStarted?.(file.run, paths.folder);
    const retryFailed = options.retryFailed === true;
    return await executeRun({ settings: options, plan, paths, root, file, told, retryFailed });
  } finally {
    await releaseAll(locks);
  }
}

/** Cuts a run into shards and asks what stands before the cut. It is paused then: its shards are carried out one by one. */
async function startShards(job: RunJob, shards: number): Promise<RunSummary> {
  const { settings, plan, paths, file } = job;
  const { limit, more } = file;
  const { profiles, budget = plan.budget } = settings;
  const cut = cutPlan(plan, { shards, limit, more, budget, profiles });
  if (typeof cut === 'string') {
    settings.onWarning?.(`The run is not divided into shards: ${cut}`);
    return executeRun(job);
  }
  await writeCut(paths, cut);
  const summary = await executePart(job, cut, 'trunk');
  const state = summary.state === 'done' ? 'paused' : summary.state;
  const error = state === 'paused' ? 'It goes on in shards' : summary.error;
  await writeRunFile(paths, { ...file, state: state === 'invalid' ? 'failed' : state, finishedAt: Date.now(), error });
  return { ...summary, state, records: 0, outputs: [], error, shards: cut.count };
}

/** Carries out one shard of a run. Nobody else need know of it but whoever goes on with the run later. */
async function resumeShard(options: ResumeOptions, paths: RunPaths, root: string, shard: number): Promise<RunSummary> {
  const file = await readRunFile(paths);
  const cut = await readCut(paths);
  if (cut === undefined || shard >= cut.count) {
    const shards = cut === undefined ? 'no shards (any more)' : `shards 0 to ${cut.count - 1}`;
    throw InvalidInputError.of('no-shard', `Run ${file.run} has ${shards}; without --shard it goes on as a whole`);
  }
  const planned = planOf(file, paths);
  checkScripts(planned, options.allowScripts);
  const plan = await settleSources(planned, root, options);
  const changed = await changedInputs(plan, paths);
  if (changed !== null) (options.onChangedInputs ?? options.onWarning)?.(changed);
  const told = await tellSymbols(plan, paths, options, false);
  options.onStarted?.(file.run, paths.folder);
  return executePart({ settings: options, plan, paths, root, file, told, retryFailed: false }, cut, shard);
}

async function executePart(job: RunJob, cut: Cut, index: PartIndex): Promise<RunSummary> {
  const part = await openPart(job.paths, cut, index);
  const paths = await openAttempt(job.paths, index);
  const lock = await takeLock(paths.lock, job.file.run);
  try {
    const summary = await executeRun({ ...job, plan: planOfPart(job.plan, paths), paths, part });
    if (summary.state === 'done') await notePartDone(job.paths, index);
    return { ...summary, outputs: [] };
  } finally {
    part.shares.close();
    await lock.release();
  }
}

/** The plan as it was run. */
export function planOf(file: RunFile, paths: RunPaths): Plan {
  if (hashOf(file.plan) !== file.planHash) {
    throw InvalidInputError.of('damaged-run', `${paths.run} was changed since the run started; it cannot be resumed`);
  }
  // The text is, hash and format version show, what startRun wrote from a checked plan.
  const plan = parseJson(file.plan) as unknown as Plan;
  for (const { name } of plan.outputs) {
    // It becomes the name of a file in the run's folder; of a run that somebody else has made it may be anything.
    if (basename(name) !== name) {
      throw InvalidInputError.of(
        'damaged-run',
        `${paths.run} names an output ${JSON.stringify(name)}; it cannot be resumed`,
      );
    }
  }
  return plan;
}

/** The places of a run that somebody else may have written down. What its plan says of them is not believed either. */
async function checkPlaces(plan: Plan, root: string, areTrusted: boolean): Promise<void> {
  if (areTrusted) return;
  for (const { path } of plan.outputs) {
    if (await isOutside(path, root)) throw new OutsideWorkspaceError(path, root, { isForeignRun: true });
  }
}

async function checkOutputs(plan: Plan, root: string, options: RunSettings): Promise<void> {
  for (const output of plan.outputs) {
    if (options.allowOutside !== true && output.outside) throw new OutsideWorkspaceError(output.path, root);
    if (options.force !== true && !(await isReplaceable(output.path, root))) throw new ForeignOutputError(output.path);
  }
}

export async function lockRun(paths: RunPaths, run: string): Promise<Lock> {
  try {
    return await takeLock(paths.lock, run);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { pid, host } = error.holder;
    // Whether a process of another machine (or of a container that is gone) still lives, only a person can tell.
    const elsewhere = host === thisProcess().host ? '' : `; if it is gone for good, remove ${paths.lock}`;
    throw InvalidInputError.of(
      'run-locked',
      `Process ${pid} on ${host} is working on run ${run}; stop it first${elsewhere}`,
    );
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
