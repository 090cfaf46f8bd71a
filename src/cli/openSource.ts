import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidInputError } from '../core/errors.ts';
import { recordSourceAt, runRecords, type RecordSource } from '../core/run/recordSource.ts';
import type { Surroundings } from './console.ts';
import { namedRun } from './commands/resume.ts';
import { UsageError } from './usage.ts';

/**
 * The records that an argument names: a file, the folder of a run, or a run by its id; a file goes first.
 *
 * @param output which output of a run that has several
 */
export async function openSource(
  name: string,
  output: string | undefined,
  around: Surroundings,
): Promise<RecordSource> {
  const path = resolve(around.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() === true && output !== undefined) {
    throw new UsageError('--source names an output of a run; this is a file');
  }
  const source = await recordSourceAt(path, output, name);
  if (source !== null) return source;
  if (found?.isDirectory() === true) throw new UsageError(`${name} is a folder; give a JSONL file or a run`);
  if (/[\\/.]/u.test(name)) throw InvalidInputError.of('missing-file', 'there is no such file', { file: name });
  return runRecords(await namedRun(name, around, 'any'), output);
}
