import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { compareRuns, type OutputPair } from '../../core/run/compare/compareRuns.ts';
import { readChanges } from '../../core/run/compare/recordChanges.ts';
import { exists, runPaths } from '../../core/run/runFolder.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given } from '../options.ts';
import { runComparisonText } from '../runComparisonText.ts';
import { UsageError } from '../usage.ts';
import { namedRun } from './resume.ts';

/** Differing records that are read at a time. */
const PAGE = 1000;

/** The folder of a run, where the argument names one and no file. */
export async function runFolderOf(name: string, around: Surroundings): Promise<string | null> {
  const path = resolve(around.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true) return null;
  if (await exists(runPaths(path).run)) return path;
  return /[\\/.]/u.test(name) ? null : namedRun(name, around, 'any');
}

/** In what two runs differ: settings, steps, cost, numbers, records. With --output the differing records go there. */
export async function compareTwoRuns(
  given: Given,
  around: Surroundings,
  folders: readonly [string, string],
): Promise<Result> {
  const startedAt = performance.now();
  const found = await compareRuns(folders, around.stop).catch((error: unknown) => {
    if (around.stop.aborted) return null;
    throw error;
  });
  if (found === null) {
    return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', 'Stopped before the end') } };
  }
  const { comparison, pairs } = found;
  const output = given.text('output');
  const path = output === undefined ? undefined : resolve(around.cwd, output);
  if (path !== undefined) {
    if (!given.flag('force') && (await exists(path))) {
      throw new UsageError(`${output ?? ''} is there already; --force overwrites it`);
    }
    await writeChanges(path, pairs);
  }
  if (!given.flag('json')) around.out.write(runComparisonText(comparison));
  return {
    status: EXIT_STATUS.done,
    json: {
      ...emptySummary('done', null),
      records: comparison.outputs.reduce((sum, { counts }) => sum + counts.changed + counts.removed + counts.added, 0),
      seconds: (performance.now() - startedAt) / 1000,
      ...(path === undefined ? {} : { outputs: [path] }),
      comparison: {
        ...comparison,
        runs: comparison.runs.map(({ run, pipeline, state, startedAt: start, totals }) => {
          return { run, pipeline, state, startedAt: start, totals };
        }),
      },
    },
  };
}

/** A line for each record that differs: `{ output, key, before, after }`, null on the side that has none. */
async function writeChanges(path: string, pairs: readonly OutputPair[]): Promise<void> {
  await mkdir(dirname(join(path)), { recursive: true });
  const stream = createWriteStream(path);
  for (const { name, before, after, differing } of pairs) {
    for (let from = 0; from < differing.length; from += PAGE) {
      for (const change of await readChanges(before, after, differing.slice(from, from + PAGE))) {
        stream.write(`${JSON.stringify({ output: name, ...change })}\n`);
      }
    }
  }
  stream.end();
  await finished(stream);
}
