/** Runs of a workspace by what a person calls them. */
import { join } from 'node:path';
import { InvalidInputError } from '../errors.ts';
import { isAlive } from './lock.ts';
import { listRuns, readRunFile, runPaths, runsFolder, type RunFile } from './runFolder.ts';
import type { RunState } from './events.ts';

/**
 * The folder of a run by its id, a unique beginning of it, or `latest` (of the runs that could go on, or of all).
 *
 * @param root folder that holds `.openline`
 * @throws InvalidInputError when there is none, or several begin so
 */
export async function findRun(root: string, name: string, of: 'unfinished' | 'any' = 'unfinished'): Promise<string> {
  const runs = await listRuns(root);
  if (name === 'latest') {
    for (const run of runs.toReversed()) {
      const folder = join(runsFolder(root), run);
      const file = await readRunFile(runPaths(folder)).catch(() => undefined);
      if (file !== undefined && (of === 'any' || file.state !== 'done')) return folder;
    }
    throw InvalidInputError.of(
      'no-run',
      `There is no run in ${runsFolder(root)}${of === 'any' ? '' : ' that could go on'}`,
    );
  }
  const matching = runs.filter((run) => run === name || run.startsWith(name));
  const [only] = matching;
  if (only === undefined)
    throw InvalidInputError.of(
      'unknown-run',
      `There is no run ${name} in ${runsFolder(root)}; \`openline runs\` lists them`,
    );
  if (matching.length > 1 && !matching.includes(name))
    throw InvalidInputError.of(
      'ambiguous-run',
      `${name} is the beginning of ${matching.length} runs: ${matching.join(', ')}`,
    );
  return join(runsFolder(root), matching.includes(name) ? name : only);
}

/** The state of a run as it is: one whose process is gone without a word was interrupted. */
export function currentState({ state, process }: Pick<RunFile, 'state' | 'process'>): RunState {
  const unfinished = state === 'starting' || state === 'running';
  return unfinished && !isAlive(process) ? 'interrupted' : state;
}
