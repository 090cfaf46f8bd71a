/** Where everything of a run lives: `.openline/runs/<run id>/`, and what stands in its `run.json`. */
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import { parseJson } from '../record/json.ts';
import { RUN_STATES } from './events.ts';
import { STOP_KINDS } from './stopping.ts';

/** Version of the run folder's format; a folder of another version is refused with a clear message. */
export const RUN_FORMAT = 1;

/** Name of the folder that Openline keeps beside a project. */
export const OPENLINE_FOLDER = '.openline';

const tokens = z.object({ prompt: z.number(), completion: z.number() });

/** Totals of a run over all the processes that worked on it. */
const totals = z.object({
  records: z.number(),
  discarded: z.number(),
  requests: z.number(),
  reused: z.number(),
  tokens,
  cost: z.number().nullable(),
  seconds: z.number(),
});

/** Rejects of a run: of one step, and where a reason is given of that alone. */
export const turnedDownSchema = z.object({
  /** Id of the run. */
  run: z.string().regex(/^[\w-]+$/u),
  step: z.string(),
  reason: z.string().optional(),
});
export type TurnedDown = z.infer<typeof turnedDownSchema>;

const runFileSchema = z.object({
  format: z.literal(RUN_FORMAT),
  run: z.string(),
  state: z.enum(RUN_STATES),
  /** How a person ended it before its end; null: nobody did. */
  stop: z.enum(STOP_KINDS).nullable().default(null),
  /** Version of Openline that started the run. */
  version: z.string(),
  mode: z.enum(['run', 'preview']),
  pipeline: z.object({
    /** Absolute path of the pipeline file. */
    file: z.string(),
    name: z.string(),
    recipe: z.string().nullable(),
    /** The file's text as it was run. */
    text: z.string(),
  }),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** Who works on it, or did last. */
  process: z.object({ host: z.string(), pid: z.number(), started: z.string().nullable() }),
  /** Tells a run that was started here from one that was copied here (see `folderMark`); empty where nobody knows. */
  folderMark: z.string().default(''),
  /** Endpoints as used, without secrets. */
  endpoints: z.record(z.string(), z.unknown()),
  outputs: z.array(
    z.object({
      name: z.string(),
      /** Where the output goes; absolute. */
      path: z.string(),
      shown: z.string(),
      records: z.number(),
      /** SHA-256 of the whole file, written before it is renamed into place; null until then. */
      sha256: z.string().nullable(),
    }),
  ),
  totals,
  error: z.string().nullable(),
  /** The plan that was run, canonical JSON, with its SHA-256: a resumed run continues this one. */
  plan: z.string(),
  planHash: z.string(),
  /** First so many output records; null: all. */
  limit: z.number().nullable(),
  /** Records asked for beyond those there were, by further rounds; null: none. */
  more: z.number().nullable(),
  /** Records there were already when more were asked for. */
  moreThan: z.number(),
  /** Takes nothing over from earlier runs. */
  fresh: z.boolean(),
  /** What an earlier run turned down and this one asks for once more; null: nothing. */
  askAgain: turnedDownSchema.nullable().default(null),
  /** What it was expected to take, if nothing was reused. */
  estimate: z.object({ requests: z.number(), tokens, cost: z.number().nullable(), seconds: z.number() }),
});

/** The contents of `run.json`. */
export type RunFile = z.infer<typeof runFileSchema>;
export type RunTotals = z.infer<typeof totals>;

/** Paths inside a run's folder. */
export interface RunPaths {
  readonly folder: string;
  readonly run: string;
  readonly journal: string;
  readonly lineage: string;
  readonly rejects: string;
  /** What every step made; of previews alone. */
  readonly steps: string;
  readonly report: string;
  readonly lock: string;
  /** How the input files were when the run began. */
  readonly inputs: string;
  /** Corrected answers that the output does not hold yet; absent where there are none. */
  readonly corrections: string;
  /** Symbols that the editor told. */
  readonly symbols: string;
  readonly spill: string;
  readonly outputs: string;
  partial(outputName: string): string;
  /** What a large output is like, once somebody has looked. */
  statistics(outputName: string): string;
  /** Where an output is kept once a later run's has taken its place. */
  kept(output: { readonly name: string; readonly path: string }): string;
}

export function runPaths(folder: string): RunPaths {
  const outputs = join(folder, 'outputs');
  return {
    folder,
    run: join(folder, 'run.json'),
    journal: join(folder, 'journal.jsonl'),
    lineage: join(folder, 'lineage.jsonl'),
    rejects: join(folder, 'rejects.jsonl'),
    steps: join(folder, 'steps.jsonl'),
    report: join(folder, 'report.json'),
    lock: join(folder, 'lock'),
    inputs: join(folder, 'inputs.json'),
    corrections: join(folder, 'corrections.json'),
    symbols: join(folder, 'symbols.jsonl'),
    spill: join(folder, 'spill'),
    outputs,
    partial: (name) => join(outputs, `${name}.partial`),
    statistics: (name) => join(outputs, `${name}.statistics.json`),
    kept: ({ name, path }) => join(outputs, `${name}.kept${extname(path)}`),
  };
}

/** The folder that holds the runs of a workspace. */
export function runsFolder(root: string): string {
  return join(root, OPENLINE_FOLDER, 'runs');
}

/** `YYYYMMDDTHHMMSSmmm-xxxx` in UTC: sorts by time. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:.]/gu, '').replace('Z', '');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** Writes a file whole or not at all: beside its place first, then renamed. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Makes `.openline/runs/<id>/` (and the file that keeps runs out of git). */
export async function createRunFolder(root: string, run: string): Promise<RunPaths> {
  const paths = runPaths(join(runsFolder(root), run));
  await mkdir(paths.outputs, { recursive: true });
  await keepOutOfGit(root);
  return paths;
}

/** Writes the file that keeps runs, locks and the cache out of git, unless there is one. */
export async function keepOutOfGit(root: string): Promise<void> {
  await mkdir(join(root, OPENLINE_FOLDER), { recursive: true });
  const ignore = join(root, OPENLINE_FOLDER, '.gitignore');
  if (!(await exists(ignore)))
    await writeFile(
      ignore,
      '# Runs stay on this machine; prompts and endpoint profiles are meant to be committed.\nruns/\nlocks/\ncache/\n',
    );
}

/**
 * What only a folder that was made in its place has: number and time of birth, which neither a clone nor an archive can
 * bring along. What a run's own file says of places outside is believed where it fits.
 */
export async function folderMark(folder: string): Promise<string> {
  const { ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${ino}-${birthtimeNs}`;
}

export async function writeRunFile(paths: RunPaths, contents: RunFile): Promise<void> {
  await replaceFile(paths.run, `${JSON.stringify(contents, null, 2)}\n`);
}

/**
 * Reads and checks a `run.json`.
 *
 * @throws InvalidInputError when there is none, it is damaged, or it is of another format version
 */
export async function readRunFile(paths: RunPaths): Promise<RunFile> {
  let text: string;
  try {
    text = await readFile(paths.run, 'utf8');
  } catch {
    throw InvalidInputError.of('unknown-run', `There is no run in ${paths.folder}`);
  }
  const value = parseJson(text);
  const format = z.object({ format: z.number() }).safeParse(value);
  if (format.success && format.data.format !== RUN_FORMAT) {
    throw InvalidInputError.of(
      'run-format',
      `The run in ${paths.folder} has format ${format.data.format}; this version of Openline reads format ${RUN_FORMAT}. Resume it with the version that made it`,
    );
  }
  const checked = runFileSchema.safeParse(value);
  if (!checked.success)
    throw InvalidInputError.of('damaged-run', `${paths.run} is damaged: ${z.prettifyError(checked.error)}`);
  return checked.data;
}

/** Ids of the runs of a workspace, oldest first. */
export async function listRuns(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(runsFolder(root), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

/** Bytes that a folder's files take together. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map((file) =>
      stat(join(file.parentPath, file.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
