/** Reads runs from their folders. Loaded when the first list of runs is asked for. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { currentState } from '../../core/run/findRun.ts';
import { listRuns, readRunFile, runPaths, runsFolder, type RunFile } from '../../core/run/runFolder.ts';
import { hasPassing, type RunEntry, type RunOutput } from './runEntry.ts';

/** Folders of the runs under the given roots, the newest first, at most `most`. */
export async function newestRunFolders(roots: readonly string[], most: number): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const root of roots) {
    for (const run of await listRuns(root)) folders.push(join(runsFolder(root), run));
  }
  // Ids begin with the time.
  folders.sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
  return folders.slice(0, most);
}

/** A run as it was read, and from which state of its file. */
export interface ReadEntry {
  readonly entry: RunEntry;
  readonly stamp: string;
}

/**
 * Reads a run, unless it was read before and its file is still the same.
 *
 * @throws InvalidInputError when there is no run in the folder, or it cannot be read
 */
export async function readEntry(folder: string, before: ReadEntry | undefined): Promise<ReadEntry> {
  const paths = runPaths(folder);
  const info = await stat(paths.run, { bigint: true }).catch(() => undefined);
  const stamp = info === undefined ? '' : `${info.ino} ${info.mtimeNs} ${info.size}`;
  // Whether another process is alive does not stand in the file.
  if (before?.stamp === stamp && before.entry.owner !== 'elsewhere') return before;
  const file = await readRunFile(paths);
  const hasFailures = file.totals.discarded > 0 && (await reportsFailures(paths.report));
  return { entry: entryOfFile(folder, file, hasFailures), stamp };
}

const rejectedSchema = z.object({ steps: z.array(z.object({ rejected: z.record(z.string(), z.number()) })) });

/** Whether a run's report counts what services refused or did not answer; without a report nothing is known of it. */
async function reportsFailures(path: string): Promise<boolean> {
  const report = rejectedSchema.safeParse(parseJson(await readFile(path, 'utf8').catch(() => ''))).data;
  return report?.steps.some(({ rejected }) => hasPassing(rejected)) === true;
}

/** Reads the state of affairs out of `run.json`: a run whose process is gone without a word was interrupted. */
function entryOfFile(folder: string, file: RunFile, hasFailures: boolean): RunEntry {
  const state = currentState(file);
  const alive = state === 'starting' || state === 'running';
  return {
    run: file.run,
    folder,
    mode: file.mode,
    state,
    stop: file.stop,
    owner: alive ? 'elsewhere' : 'nobody',
    pipeline: { file: file.pipeline.file, name: file.pipeline.name, recipe: file.pipeline.recipe },
    startedAt: file.startedAt,
    finishedAt: file.finishedAt,
    records: file.totals.records,
    discarded: file.totals.discarded,
    outputs: file.outputs.map(({ name, path, shown, records, sha256 }) => ({
      name,
      path,
      shown,
      records,
      complete: file.mode === 'run' && sha256 !== null && file.state === 'done',
    })),
    totals: file.totals,
    error: file.error,
    hasFailures,
    snapshot: null,
  };
}

/** The files in which an output's records may stand at present, the best first. */
export function resultFiles(entry: RunEntry, output: RunOutput): readonly string[] {
  const paths = runPaths(entry.folder);
  const preview = join(paths.outputs, `${output.name}.jsonl`);
  if (entry.mode === 'preview') return [preview, paths.partial(output.name)];
  if (!output.complete) return [paths.partial(output.name), output.path];
  // Where it is there, a later run's output has taken its place.
  const kept = paths.kept(output);
  return existsSync(kept) ? [kept, output.path] : [output.path];
}
