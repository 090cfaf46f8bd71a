/** What an export reads: a JSONL file, or an output of a run, finished or not. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { unknownName } from '../files/checkValue.ts';
import { InvalidInputError } from '../errors.ts';
import { parseJson } from '../record/json.ts';
import { cardPath, contentHash } from './output.ts';
import { exists, readRunFile, runPaths, type RunFile } from './runFolder.ts';

export interface ExportSource {
  /** Absolute path of the JSONL file. */
  readonly path: string;
  /** Bytes that are read; what is added meanwhile is left out. */
  readonly bytes: number;
  /** A last line without an end was being written when the run stopped: it is no record yet. */
  readonly growing: boolean;
  /** Only these lines are read; they count from 0. Absent: all. */
  readonly lines?: ReadonlySet<number>;
  /** The run whose output it is; null: just a file. */
  readonly run: string | null;
  /** Which of the run's outputs; absent: just a file. */
  readonly output?: string;
  /** Whether the built-in sample endpoint had a part in it, as far as a card or the run tells. */
  readonly sample: boolean;
}

const sampleSchema = z.object({ sample: z.literal(true) });
const sampleProfile = z.object({ kind: z.literal('sample') });

/** @throws InvalidInputError when there is no such file */
export async function fileSource(path: string, shown: string): Promise<ExportSource> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw InvalidInputError.of('missing-file', 'there is no such file', { file: shown });
  const card = sampleSchema.safeParse(parseJson(await readFile(cardPath(path), 'utf8').catch(() => '')));
  return { path, bytes: found.size, growing: false, run: null, sample: card.success };
}

const planSchema = z.object({ outputs: z.array(z.object({ name: z.string(), format: z.string() })) });

/**
 * The records of a run: of a complete one its output, of a preview what it made, of another one what is committed so far.
 *
 * @param folder the run's folder
 * @param name which output, where there are several
 * @throws InvalidInputError when it is not clear which, or its records are not there (any more)
 */
export async function runSource(folder: string, name: string | undefined): Promise<ExportSource> {
  const paths = runPaths(folder);
  const file = await readRunFile(paths);
  const output = chooseOutput(file, name);
  checkReadable(file, output.name);
  const partial = paths.partial(output.name);
  const complete = file.state === 'done';
  const preview = join(paths.outputs, `${output.name}.jsonl`);
  const place = !complete ? partial : file.mode === 'preview' ? preview : output.path;
  const isWhole = complete && file.mode === 'run';
  const isOwn = async (path: string): Promise<boolean> => !isWhole || (await contentHash(path)) === output.sha256;
  const isThere = await exists(place);
  const isOwnPlace = isThere && (await isOwn(place));
  // A later run has taken its place.
  const kept = paths.kept(output);
  const path = isWhole && !isOwnPlace && (await exists(kept)) && (await isOwn(kept)) ? kept : place;
  if (path === place && !isThere) {
    const why = complete ? `its output ${path} is not there any more` : 'it has no records yet';
    throw InvalidInputError.of('no-records', `Run ${file.run}: ${why}`);
  }
  if (path === place && !isOwnPlace) {
    const message = `${path} is not what run ${file.run} wrote there any more; to export it as it is, give its path`;
    throw InvalidInputError.of('changed-output', message);
  }
  const found = await stat(path);
  const sample = Object.values(file.endpoints).some((profile) => sampleProfile.safeParse(profile).success);
  return { path, bytes: found.size, growing: !complete, run: file.run, output: output.name, sample };
}

function chooseOutput(file: RunFile, name: string | undefined): RunFile['outputs'][number] {
  const names = file.outputs.map((output) => output.name);
  if (name === undefined) {
    const [only, ...others] = file.outputs;
    if (only !== undefined && others.length === 0) return only;
    const message = `Run ${file.run} has ${names.length} outputs; say which with --source: ${names.join(', ')}`;
    throw InvalidInputError.of('several-outputs', message);
  }
  const found = file.outputs.find((output) => output.name === name || output.shown === name);
  if (found !== undefined) return found;
  throw InvalidInputError.of('unknown-output', `--source: ${unknownName(name, names, `an output of run ${file.run}`)}`);
}

/** In most formats an output is lines of JSON, in which records are found again. */
function checkReadable(file: RunFile, name: string): void {
  const plan = planSchema.safeParse(parseJson(file.plan));
  const format = plan.data?.outputs.find((output) => output.name === name)?.format;
  const unreadable = { csv: 'CSV', parquet: 'Parquet', hf: 'a dataset folder' }[format ?? ''];
  if (unreadable === undefined) return;
  const message = `The output ${name} of run ${file.run} is ${unreadable}; an export reads JSON lines. Run the pipeline with another \`format\`: it asks nothing again`;
  throw InvalidInputError.of('not-json-lines', message);
}
