/** Outputs of a run: streamed into the run's folder, renamed into place whole, each with its card. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

const cardSchema = z.object({ sha256: z.string() });

/** SHA-256 of a file, hex. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Whether the file at an output's path may be replaced: there is none, or its hash is in its card or in a run's
 * `run.json`. A file that was edited by hand is foreign.
 */
export async function isReplaceable(path: string, root: string): Promise<boolean> {
  if (!(await exists(path))) return true;
  if (!(await stat(path)).isFile()) return false;
  const sha256 = await fileHash(path);
  const card = cardSchema.safeParse(parseJson(await readFile(cardPath(path), 'utf8').catch(() => '')));
  if (card.success && card.data.sha256 === sha256) return true;
  for (const run of (await listRuns(root)).toReversed()) {
    const file = await readRunFile(runPaths(join(runsFolder(root), run))).catch(() => undefined);
    if (file?.outputs.some((output) => output.path === path && output.sha256 === sha256) === true) return true;
  }
  return false;
}

/** Moves a finished file to its place, whole or not at all; across file systems it is copied beside the place first. */
export async function moveIntoPlace(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    const beside = `${to}.openline-tmp`;
    try {
      await copyFile(from, beside);
      await rename(beside, to);
      await rm(from);
    } catch (failure) {
      await rm(beside, { force: true });
      throw failure;
    }
  }
}

/** Writes the card beside an output. */
export async function writeCard(output: string, card: Record<string, unknown>): Promise<void> {
  await replaceFile(cardPath(output), `${JSON.stringify(card, null, 2)}\n`);
}
