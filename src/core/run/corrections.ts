/** Which corrected answers of a run wait to come into its output: noted when they are kept, forgotten when it has been worked through. */
import { readFile, rm } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../record/json.ts';
import { replaceFile, type RunPaths } from './runFolder.ts';

/** Addresses of the answers. */
const correctionsSchema = z.array(z.string());

type CorrectionsPath = Pick<RunPaths, 'corrections'>;

/** Adds to what waits; an answer that is corrected twice waits once. */
export async function noteCorrections(paths: CorrectionsPath, addresses: readonly string[]): Promise<void> {
  const waiting = new Set([...(await read(paths)), ...addresses]);
  await replaceFile(paths.corrections, `${JSON.stringify([...waiting])}\n`);
}

/** How many wait. A file that cannot be read says nothing. */
export async function countCorrections(paths: CorrectionsPath): Promise<number> {
  return (await read(paths)).length;
}

/** The run is complete: its output holds all of them. */
export async function forgetCorrections({ corrections }: CorrectionsPath): Promise<void> {
  await rm(corrections, { force: true });
}

async function read({ corrections }: CorrectionsPath): Promise<readonly string[]> {
  const text = await readFile(corrections, 'utf8').catch(() => '');
  return correctionsSchema.safeParse(parseJson(text)).data ?? [];
}
