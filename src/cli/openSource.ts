import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { fileSource, runSource, type ExportSource } from '../core/run/exportSource.ts';
import { exists, runPaths } from '../core/run/runFolder.ts';
import type { Surroundings } from './console.ts';
import { namedRun } from './commands/resume.ts';
import { UsageError } from './usage.ts';

/**
 * The records that an argument names: a file, the folder of a run, or a run by its id; a file goes first.
 *
 * @param output which output of a run that has several
 * @returns the source, with the folder of the run where it is one
 */
export async function openSource(
  name: string,
  output: string | undefined,
  around: Surroundings,
): Promise<ExportSource & { readonly folder: string | null }> {
  const path = resolve(around.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true && (await exists(runPaths(path).run))) return ofRun(path, output);
  if (found?.isFile() === true) {
    if (output !== undefined) throw new UsageError('--source names an output of a run; this is a file');
    return { ...(await fileSource(path, name)), folder: null };
  }
  if (found?.isDirectory() === true) throw new UsageError(`${name} is a folder; give a JSONL file or a run`);
  if (/[\\/.]/u.test(name)) throw InvalidInputError.of('missing-file', 'there is no such file', { file: name });
  return ofRun(await namedRun(name, around, 'any'), output);
}

async function ofRun(folder: string, output: string | undefined): Promise<ExportSource & { readonly folder: string }> {
  return { ...(await runSource(folder, output)), folder };
}
