/** Records as a person names them: a file, or an output of a run by its folder. */
import { stat } from 'node:fs/promises';
import { InvalidInputError } from '../errors.ts';
import { fileSource, runSource, type ExportSource } from './exportSource.ts';
import { exists, runPaths } from './runFolder.ts';

export interface RecordSource extends ExportSource {
  /** The folder of the run; null: just a file. */
  readonly folder: string | null;
}

/**
 * @param path absolute; a JSONL file, or the folder of a run
 * @param output which output of a run that has several
 * @param shown how messages name the file
 * @returns null when nothing of the kind is there
 * @throws InvalidInputError when there is a run whose records cannot be read, or a file with an output's name
 */
export async function recordSourceAt(
  path: string,
  output: string | undefined,
  shown = path,
): Promise<RecordSource | null> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() === true && (await exists(runPaths(path).run))) return runRecords(path, output);
  if (found?.isFile() !== true) return null;
  if (output !== undefined) {
    const message = `${shown} is a file; an output is named (${output}) only where a run has several`;
    throw InvalidInputError.of('output-of-file', message);
  }
  return { ...(await fileSource(path, shown)), folder: null };
}

/** The records of a run, by its folder. @throws InvalidInputError */
export async function runRecords(folder: string, output: string | undefined): Promise<RecordSource> {
  return { ...(await runSource(folder, output)), folder };
}
