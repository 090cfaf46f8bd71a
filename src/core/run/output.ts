/** Outputs of a run: streamed into the run's folder, renamed into place whole, each with its card. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import * as z from 'zod';
import { OpenlineError } from '../errors.ts';
import { parseJson } from '../record/json.ts';
import { exists, listRuns, readRunFile, replaceFile, runPaths, runsFolder } from './runFolder.ts';

/** Something that Openline did not make stands where an output should go. */
export class ForeignOutputError extends OpenlineError {
  readonly path: string;
  constructor(path: string) {
    super(`${path} exists and was not written by Openline, or was changed since`);
    this.path = path;
  }
}

/** The output lies outside the workspace and nobody has agreed to that. */
export class OutsideWorkspaceError extends OpenlineError {
  readonly path: string;
  readonly root: string;
  /** Whether it is a run that says so, which was not started in the folder where it is now. */
  readonly isForeignRun: boolean;
  constructor(path: string, root: string, details: { readonly isForeignRun?: boolean } = {}) {
    super(`${path} is outside the workspace ${root}`);
    this.path = path;
    this.root = root;
    this.isForeignRun = details.isForeignRun === true;
  }
}

/** The card beside an output. */
export function cardPath(output: string): string {
  return `${output}.card.json`;
}

const cardSchema = z.object({ sha256: z.string(), run: z.string().optional() });

/** SHA-256 of a file, hex. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** SHA-256 of a file, hex; of a folder that of its files' paths and hashes. */
export async function contentHash(path: string): Promise<string> {
  if (!(await stat(path)).isDirectory()) return fileHash(path);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const names = files.map((file) => relative(path, file).split(sep).join('/')).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0${await fileHash(join(path, name))}\n`);
  return hash.digest('hex');
}

/** Whose the file or folder at an output's path is: nobody's, since there is none; something foreign; that of a run, where it is known. */
export type Standing = 'nothing' | 'foreign' | { readonly run: string | null };

/** A file is Openline's when its hash is in its card or in a run's `run.json`. One that was edited by hand is foreign. */
export async function standingAt(path: string, root: string): Promise<Standing> {
  if (!(await exists(path))) return 'nothing';
  const found = await stat(path);
  if (!found.isFile() && !found.isDirectory()) return 'foreign';
  const sha256 = await contentHash(path);
  const card = cardSchema.safeParse(parseJson(await readFile(cardPath(path), 'utf8').catch(() => '')));
  if (card.success && card.data.sha256 === sha256) return { run: card.data.run ?? null };
  for (const run of (await listRuns(root)).toReversed()) {
    const file = await readRunFile(runPaths(join(runsFolder(root), run))).catch(() => undefined);
    if (file?.outputs.some((output) => output.path === path && output.sha256 === sha256) === true) return { run };
  }
  return 'foreign';
}

/** Whether the file or folder at an output's path may be replaced. */
export async function isReplaceable(path: string, root: string): Promise<boolean> {
  return (await standingAt(path, root)) !== 'foreign';
}

/**
 * Before another run's output takes its place, an output goes to the folder of the run that made it, so that the two can
 * still be compared, and the old one exported. It is the same file under a second name; nothing is copied where the file
 * system can do that. Folders, and outputs of runs that were pruned, just go.
 */
export async function keepReplaced(path: string, standing: Standing, run: string, root: string): Promise<void> {
  if (typeof standing === 'string' || standing.run === null || standing.run === run) return;
  const paths = runPaths(join(runsFolder(root), standing.run));
  const file = await readRunFile(paths).catch(() => undefined);
  const output = file?.outputs.find((candidate) => candidate.path === path);
  if (output === undefined || !(await stat(path)).isFile()) return;
  const kept = paths.kept(output);
  await rm(kept, { force: true });
  // A run is worth more than the comparison with an earlier one.
  await link(path, kept)
    .catch(() => copyFile(path, kept))
    .catch(() => rm(kept, { force: true }));
}

/** Moves a finished file or folder to its place, whole or not at all; across file systems it is copied beside the place first. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const before = await stat(to).catch(() => undefined);
  // Only a file replaces a file: else the old one is out of the way until the new one stands.
  const inTheWay = before !== undefined && (before.isDirectory() || (await stat(from)).isDirectory());
  const aside = `${to}.openline-old`;
  if (inTheWay) {
    // Something stands in the place, so that what lies aside is left over from a move that was cut short.
    await rm(aside, { recursive: true, force: true });
    await rename(to, aside);
  }
  try {
    await moveOver(from, to);
  } catch (error) {
    if (inTheWay) await rename(aside, to);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

async function moveOver(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    const beside = `${to}.openline-tmp`;
    try {
      // What a copy that was cut short has left would become a part of this one.
      await rm(beside, { recursive: true, force: true });
      await cp(from, beside, { recursive: true });
      await rename(beside, to);
      await rm(from, { recursive: true });
    } catch (failure) {
      await rm(beside, { recursive: true, force: true });
      throw failure;
    }
  }
}

/** Writes the card beside an output. */
export async function writeCard(output: string, card: Record<string, unknown>): Promise<void> {
  await replaceFile(cardPath(output), `${JSON.stringify(card, null, 2)}\n`);
}
