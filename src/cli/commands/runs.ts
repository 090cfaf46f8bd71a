import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { batchesOut } from '../../core/run/batch/batchLog.ts';
import type { BatchProgress } from '../../core/run/events.ts';
import { currentState } from '../../core/run/findRun.ts';
import { folderBytes, listRuns, readRunFile, runPaths, runsFolder, type RunFile } from '../../core/run/runFolder.ts';
import { describeBatches } from '../batchText.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { currentRoot } from '../workspace.ts';

export const RUNS_OPTIONS: readonly OptionName[] = ['keep'];
const DEFAULT_KEEP = 10;

interface Listed {
  readonly run: string;
  readonly folder: string;
  readonly file: RunFile | undefined;
  readonly state: string;
  readonly bytes: number;
  /** Batches that a service was answering when it was last asked. */
  readonly batches: readonly BatchProgress[];
}

/** `openline runs` and `openline runs prune`. */
export async function runsCommand(given: Given, around: Surroundings): Promise<Result> {
  const [action] = given.positionals;
  if (action !== undefined && action !== 'prune')
    throw new UsageError(`runs takes nothing or \`prune\`, not ${action}`);
  const root = await currentRoot(around);
  const runs = await Promise.all((await listRuns(root)).map((run) => describeRun(root, run)));
  return action === 'prune'
    ? prune(runs, given.number('keep', 0) ?? DEFAULT_KEEP, given, around)
    : list(runs, given, around);
}

/** A run with its state as it is. */
async function describeRun(root: string, run: string): Promise<Listed> {
  const folder = join(runsFolder(root), run);
  const file = await readRunFile(runPaths(folder)).catch(() => undefined);
  const state = file === undefined ? 'unreadable' : currentState(file);
  return { run, folder, file, state, bytes: await folderBytes(folder), batches: batchesOut(folder) };
}

function list(runs: readonly Listed[], given: Given, around: Surroundings): Result {
  if (!given.flag('json')) {
    for (const { run, file, state, bytes, batches } of runs) {
      const totals =
        file === undefined
          ? ''
          : `${String(file.totals.records).padStart(7)} records  ${String(file.totals.requests).padStart(7)} requests  ${file.pipeline.name}${file.mode === 'preview' ? ' (preview)' : ''}`;
      around.out.write(
        `${run}  ${state.padEnd(11)}  ${formatBytes(bytes).padStart(9)}  ${totals}${batches.length === 0 ? '' : `  ${describeBatches(batches)}`}\n`,
      );
    }
    if (runs.length === 0) around.out.write('No runs yet.\n');
  }
  const rows = runs.map(({ run, file, state, bytes, batches }) => ({
    run,
    state,
    bytes,
    batches,
    pipeline: file?.pipeline.file ?? null,
    mode: file?.mode ?? null,
    ...(file?.totals ?? {}),
    outputs: file?.outputs.map((output) => output.path) ?? [],
  }));
  return { status: 0, json: { runs: rows, error: null } };
}

/** Removes the oldest complete runs and previews; one that could be resumed, or is running, stays. */
async function prune(runs: readonly Listed[], keep: number, given: Given, around: Surroundings): Promise<Result> {
  const removable = runs.filter(({ state }) => state === 'done');
  const removed: string[] = [];
  let freed = 0;
  for (const { run, folder, bytes } of removable.slice(0, Math.max(0, removable.length - keep))) {
    await rm(folder, { recursive: true });
    removed.push(run);
    freed += bytes;
  }
  if (!given.flag('json')) {
    around.out.write(`${removed.length} runs removed (${formatBytes(freed)}), ${runs.length - removed.length} kept\n`);
  }
  return { status: 0, json: { removed, bytes: freed, error: null } };
}

/** `812 B`, `3.4 MB`. */
function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power] ?? ''}`;
}
