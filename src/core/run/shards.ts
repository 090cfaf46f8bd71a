/**
 * A run in shards: several processes, on one machine or many, answer parts of a run into journals of their own; then the
 * run goes on from all their answers, as after an interruption. So its bytes are those of a run in one process.
 *
 * In the run's folder, while it is in shards: `shards/cut.json`, and for each part (`trunk`, `0`, `1` …) a folder for
 * each attempt. An attempt begins with the journal of the one before (the first of a shard with that of the trunk) and
 * writes in no other's folder: an attempt on a machine that was believed dead can do no harm.
 */
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import type { Key } from '../record/key.ts';
import { scanJournal } from './journal.ts';
import { isAlive, readHolder, thisProcess } from './lock.ts';
import { exists, replaceFile, runPaths, type RunPaths } from './runFolder.ts';
import { ALONE, openShares, type Shares } from './shardShares.ts';
import { reachOf, type Cut } from './shardCut.ts';

const cutSchema = z.object({
  step: z.string(),
  behind: z.array(z.string()),
  count: z.int().min(1),
});

/** One of the parts of a run in shards: a shard, by its number from 0, or what stands before the cut. */
export type PartIndex = number | 'trunk';

/** A part that is being carried out. */
export interface Part {
  readonly cut: Cut;
  readonly index: PartIndex;
  /** What it may use of the endpoints' limits. */
  readonly shares: Shares;
}

/** Whether a record that has left a step goes on into the next in this part of the run. */
export function goesOn({ cut, index }: Pick<Part, 'cut' | 'index'>, from: string, next: string, key: Key): boolean {
  if (!cut.behind.includes(next) || cut.behind.includes(from)) return true;
  if (index === 'trunk') return false;
  // Neighbours go to different shards, whichever of their indexes tells them apart.
  return key.reduce((sum, part) => sum + part, 0) % cut.count === index;
}

/** What a part does of a plan: the steps that need no records of others. What comes out stays in its own folder. */
export function planOfPart(plan: Plan, { outputs }: RunPaths): Plan {
  const reach = reachOf(plan);
  const steps = plan.steps.filter(({ id }) => reach.has(id));
  const read = new Set(steps.flatMap(({ from }) => from.map(({ step }) => step)));
  const ends = steps.filter(({ id }) => !read.has(id));
  return {
    ...plan,
    steps,
    outputs: ends.map(({ id }, number) => {
      const path = join(outputs, `${number}.jsonl`);
      return { from: id, path, shown: id, name: String(number), format: 'jsonl', outside: false, fields: null };
    }),
  };
}

const folderOf = ({ folder }: RunPaths): string => join(folder, 'shards');
const cutFile = (paths: RunPaths): string => join(folderOf(paths), 'cut.json');

/** Begins a run in shards. */
export async function writeCut(paths: RunPaths, cut: Cut): Promise<void> {
  await mkdir(folderOf(paths), { recursive: true });
  await replaceFile(cutFile(paths), `${JSON.stringify(cut)}\n`);
}

/** How a run is cut; undefined where it is in no shards (any more). @throws InvalidInputError when that cannot be read */
export async function readCut(paths: RunPaths): Promise<Cut | undefined> {
  let text: string;
  try {
    text = await readFile(cutFile(paths), 'utf8');
  } catch {
    return undefined;
  }
  const checked = cutSchema.safeParse(parseJson(text));
  if (checked.success) return checked.data;
  throw InvalidInputError.of('damaged-run', `${cutFile(paths)} is damaged; remove ${folderOf(paths)} to run it whole`);
}

/** All of a part's answers are there. */
export async function notePartDone(paths: RunPaths, index: PartIndex): Promise<void> {
  await writeFile(doneFile(paths, index), '');
}

const doneFile = (paths: RunPaths, index: PartIndex): string => join(folderOf(paths), String(index), 'done');

/** What a process that begins with a part has to know. Its shares are to be closed. */
export async function openPart(paths: RunPaths, cut: Cut, index: PartIndex): Promise<Part> {
  if (index === 'trunk') return { cut, index, shares: ALONE };
  const doneFiles = Array.from({ length: cut.count }, (_, number) => doneFile(paths, number));
  return { cut, index, shares: await openShares(doneFiles) };
}

/** Makes the folder of another attempt at a part, with all answers that there are for it. */
export async function openAttempt(paths: RunPaths, index: PartIndex): Promise<RunPaths> {
  const part = join(folderOf(paths), String(index));
  const before = (await attemptsOf(paths, index)).at(-1) ?? (await attemptsOf(paths, 'trunk')).at(-1);
  await mkdir(part, { recursive: true });
  for (let number = (await attemptNumbers(part)).at(-1) ?? 0; ;) {
    number += 1;
    const attempt = runPaths(join(part, String(number)));
    try {
      await mkdir(attempt.folder);
    } catch (error) {
      // Somebody else was faster.
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw error;
    }
    await mkdir(attempt.outputs);
    // A copy that breaks off is never taken for a journal.
    const beside = `${attempt.journal}.copy`;
    await (before === undefined ? writeFile(beside, '') : copyFile(before.journal, beside));
    await rename(beside, attempt.journal);
    return attempt;
  }
}

/**
 * Brings the answers of all parts into the run's own journal; the run is in shards no more. Does nothing where it is not.
 * Broken off at any place, it can be done again.
 *
 * @throws InvalidInputError while a shard is being worked on by a process of this machine
 */
export async function gatherShards(paths: RunPaths): Promise<void> {
  const cut = await readCut(paths);
  if (cut === undefined) return;
  const trunk = (await attemptsOf(paths, 'trunk')).at(-1);
  const shards: RunPaths[] = [];
  for (let index = 0; index < cut.count; index += 1) {
    const latest = (await attemptsOf(paths, index)).at(-1);
    if (latest !== undefined) shards.push(latest);
  }
  for (const { lock } of trunk === undefined ? shards : [trunk, ...shards]) {
    const holder = await readHolder(lock);
    if (holder === undefined || !isAlive(holder) || holder.host !== thisProcess().host) continue;
    throw InvalidInputError.of('run-locked', `Process ${holder.pid} is working on a shard of this run; stop it first`);
  }
  const gathered = `${paths.journal}.gathered`;
  await writeFile(gathered, '');
  const known = trunk === undefined ? 0 : await appendPart(gathered, trunk.journal, 0);
  // Every shard began with what the trunk had.
  for (const { journal } of shards) await appendPart(gathered, journal, known);
  await rename(gathered, paths.journal);
  await rm(folderOf(paths), { recursive: true, force: true });
}

/** Appends the whole lines of a journal from an offset on. @returns the bytes of its whole lines */
async function appendPart(to: string, journal: string, offset: number): Promise<number> {
  const { intactBytes } = scanJournal(journal, () => undefined);
  if (intactBytes > offset) {
    const bytes = createReadStream(journal, { start: offset, end: intactBytes - 1 });
    await pipeline(bytes, createWriteStream(to, { flags: 'a' }));
  }
  return intactBytes;
}

/** The attempts at a part that have a journal, oldest first. */
async function attemptsOf(paths: RunPaths, index: PartIndex): Promise<readonly RunPaths[]> {
  const part = join(folderOf(paths), String(index));
  const attempts: RunPaths[] = [];
  for (const number of await attemptNumbers(part)) {
    const attempt = runPaths(join(part, String(number)));
    if (await exists(attempt.journal)) attempts.push(attempt);
  }
  return attempts;
}

async function attemptNumbers(part: string): Promise<readonly number[]> {
  const names = await readdir(part).catch(() => []);
  return names
    .map(Number)
    .filter(Number.isInteger)
    .sort((left, right) => left - right);
}
