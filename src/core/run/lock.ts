/**
 * Two processes never work on one run, nor on one output, at the same time. A lock is a file that holds host, process id
 * and process start; the lock of a process of this host that is gone is taken over at once.
 */
import { randomBytes } from 'node:crypto';
import { constants, readFileSync } from 'node:fs';
import { copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { OpenlineError } from '../errors.ts';
import { parseJson } from '../record/json.ts';

const holderSchema = z.object({ host: z.string(), pid: z.number(), started: z.string().nullable(), run: z.string() });
export type LockHolder = z.infer<typeof holderSchema>;

/** Somebody else holds the lock. */
export class LockedError extends OpenlineError {
  readonly path: string;
  readonly holder: LockHolder;

  constructor(path: string, holder: LockHolder) {
    super(`Run ${holder.run} is held by process ${holder.pid} on ${holder.host}`);
    this.path = path;
    this.holder = holder;
  }
}

/** Start of a process that has ended but is still listed: equal to no other. */
const ENDED = 'ended';

/** When a process started, in the system's own ticks, where the system tells (Linux): tells a reused id apart. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields 3 and 22; the second field is the command in parentheses and may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only nobody has asked how.
    return fields[0] === 'Z' ? ENDED : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** This process, as it stands in locks and in `run.json`. */
export function thisProcess(): { readonly host: string; readonly pid: number; readonly started: string | null } {
  return { host: hostname(), pid: process.pid, started: processStart(process.pid) };
}

/** Whether the process still runs. One on another host is taken to be alive: this host cannot tell. */
export function isAlive(holder: {
  readonly host: string;
  readonly pid: number;
  readonly started: string | null;
}): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return hasCode(error, 'EPERM');
  }
  const started = processStart(holder.pid);
  if (started === ENDED) return false;
  return holder.started === null || started === null || started === holder.started;
}

/** A lock that is held until `release`. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a lock.
 *
 * @throws LockedError when a living process holds it
 */
export async function takeLock(path: string, run: string): Promise<Lock> {
  const mine: LockHolder = { ...thisProcess(), run };
  const beside = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(beside, JSON.stringify(mine));
  try {
    // A second try follows the removal of a dead process's lock; more would mean that others were faster each time.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        // A link appears with its content or not at all: nobody ever reads half a lock.
        await link(beside, path);
        return { release: () => rm(path, { force: true }) };
      } catch (error) {
        if (hasCode(error, 'EPERM') || hasCode(error, 'ENOTSUP') || hasCode(error, 'ENOSYS')) {
          // A file system without hard links.
          const isMine = await copyFile(beside, path, constants.COPYFILE_EXCL).then(() => true, unlessThere);
          if (isMine) return { release: () => rm(path, { force: true }) };
        } else unlessThere(error);
      }
      const holder = await readHolder(path);
      if (holder !== undefined && isAlive(holder)) throw new LockedError(path, holder);
      await removeDead(path, `${beside}.dead`);
    }
  } finally {
    await rm(beside, { force: true });
  }
  throw new LockedError(path, (await readHolder(path)) ?? mine);
}

/** Moves a dead process's lock away. Should a living one have come in between, its lock is put back. */
async function removeDead(path: string, aside: string): Promise<void> {
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const holder = await readHolder(aside);
  if (holder !== undefined && isAlive(holder)) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function unlessThere(error: unknown): false {
  if (!hasCode(error, 'EEXIST')) throw error;
  return false;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Who holds the lock; undefined when nobody does or the file is unreadable (a kill while it was written). */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return holderSchema.safeParse(parseJson(text)).data;
}
