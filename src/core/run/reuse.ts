/**
 * Answers of earlier runs, found by the hash of the request. For each run a small index file stands beside its journal
 * (20 bytes an answer: 8 of the hash, 8 for the offset, 4 for the length, ordered by hash); it is made when it is missing
 * or shorter than the journal, and read whole: 20 MB for a million answers.
 */
import { statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../endpoints/endpoint.ts';
import { isJsonObject } from '../record/json.ts';
import { readAnswer } from './answer.ts';
import { JournalReader, kindOf, scanJournal } from './journal.ts';
import { isAlive, readHolder } from './lock.ts';
import { listRuns, runPaths, runsFolder } from './runFolder.ts';

/** Which paid answer it is, however often it has been copied since. */
export interface AnswerOrigin {
  readonly run: string;
  readonly at: string;
}

const MAGIC = Buffer.from('OLIX0001');
const HEADER_BYTES = 16;
const ENTRY_BYTES = 20;

interface RunIndex {
  readonly run: string;
  readonly entries: Buffer;
  readonly journal: string;
  reader: JournalReader | undefined;
}

/** Hands out answers of earlier runs, each at most once. */
export class ReuseIndex {
  readonly #runs: readonly RunIndex[];
  readonly #claimed = new Set<string>();

  private constructor(runs: readonly RunIndex[]) {
    this.#runs = runs;
  }

  /** Opens the indexes of all runs of a workspace but one; makes those that are missing. */
  static async open(root: string, except: string): Promise<ReuseIndex> {
    const runs: RunIndex[] = [];
    for (const run of await listRuns(root)) {
      if (run === except) continue;
      const paths = runPaths(join(runsFolder(root), run));
      const holder = await readHolder(paths.lock);
      if (holder !== undefined && isAlive(holder)) continue;
      const entries = await openIndex(paths.folder, paths.journal);
      if (entries.length > 0) runs.push({ run, entries, journal: paths.journal, reader: undefined });
    }
    return new ReuseIndex(runs);
  }

  /** Whether there are no earlier answers at all. */
  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** An answer that this run has already taken, known from its own journal. */
  markClaimed(origin: AnswerOrigin): void {
    this.#claimed.add(`${origin.run} ${origin.at}`);
  }

  /**
   * The answer for this very address if an earlier run has it, else the one with the lowest address that nobody has
   * taken yet; undefined when there is none.
   */
  claim(hash: string, address: string): { readonly answer: Answer; readonly origin: AnswerOrigin } | undefined {
    if (this.isEmpty) return undefined;
    let best: { answer: Answer; origin: AnswerOrigin; at: string } | undefined;
    const prefix = Buffer.from(hash.slice(0, 16), 'hex');
    for (const run of this.#runs) {
      for (let entry = firstWith(run.entries, prefix); hasPrefix(run.entries, entry, prefix); entry += 1) {
        const candidate = readCandidate(run, entry, hash);
        if (candidate === undefined || this.#claimed.has(`${candidate.origin.run} ${candidate.origin.at}`)) continue;
        if (
          best === undefined ||
          candidate.at === address ||
          (best.at !== address && compareAddresses(candidate.at, best.at) < 0)
        ) {
          best = candidate;
        }
      }
    }
    if (best === undefined) return undefined;
    this.markClaimed(best.origin);
    return best;
  }

  close(): void {
    for (const run of this.#runs) run.reader?.close();
  }
}

/** Order of addresses: step, then key as integers, then attempt. */
function compareAddresses(a: string, b: string): number {
  const left = a.split(/[/.]/u);
  const right = b.split(/[/.]/u);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    const difference = Number(one) - Number(other);
    if (Number.isNaN(difference) ? one !== other : difference !== 0)
      return Number.isNaN(difference) ? (one < other ? -1 : 1) : difference;
  }
  return left.length - right.length;
}

function readCandidate(
  run: RunIndex,
  entry: number,
  hash: string,
): { answer: Answer; origin: AnswerOrigin; at: string } | undefined {
  const start = entry * ENTRY_BYTES;
  const span = { offset: run.entries.readDoubleBE(start + 8), length: run.entries.readUInt32BE(start + 16) };
  run.reader ??= new JournalReader(run.journal);
  const line = run.reader.read(span);
  if (line?.['hash'] !== hash || typeof line['at'] !== 'string') return undefined;
  const answer = readAnswer(line['answer']);
  if (answer === undefined) return undefined;
  return { answer, at: line['at'], origin: originOf(line['from']) ?? { run: run.run, at: line['at'] } };
}

/** Reads the `from` of a line that was taken over. */
export function originOf(value: unknown): AnswerOrigin | undefined {
  if (!isJsonObject(value)) return undefined;
  const { run, at } = value;
  return typeof run === 'string' && typeof at === 'string' ? { run, at } : undefined;
}

/** Number of the first entry that is not before the prefix. */
function firstWith(entries: Buffer, prefix: Buffer): number {
  let low = 0;
  let high = entries.length / ENTRY_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = middle * ENTRY_BYTES;
    if (entries.compare(prefix, 0, 8, start, start + 8) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function hasPrefix(entries: Buffer, entry: number, prefix: Buffer): boolean {
  const start = entry * ENTRY_BYTES;
  return start < entries.length && entries.compare(prefix, 0, 8, start, start + 8) === 0;
}

async function openIndex(folder: string, journal: string): Promise<Buffer> {
  const path = join(folder, 'journal.index');
  const size = statSync(journal, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return Buffer.alloc(0);
  const stored = await readFile(path).catch(() => undefined);
  if (stored !== undefined && isIndexOf(stored, size)) return stored.subarray(HEADER_BYTES);
  const entries = makeIndex(journal);
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeDoubleBE(size, 8);
  // An index that cannot be kept (a read-only folder) is made again next time.
  await writeFile(`${path}.tmp`, Buffer.concat([header, entries]))
    .then(() => rename(`${path}.tmp`, path))
    .catch(() => rm(`${path}.tmp`, { force: true }));
  return entries;
}

function isIndexOf(stored: Buffer, size: number): boolean {
  return stored.length >= HEADER_BYTES && stored.subarray(0, 8).equals(MAGIC) && stored.readDoubleBE(8) === size;
}

function makeIndex(journal: string): Buffer {
  const rows: Buffer[] = [];
  scanJournal(journal, (address, span, line) => {
    const kind = kindOf(address, line);
    if (kind === 'failure' || kind === 'fallback') return;
    const marker = line.indexOf('"hash":"') + '"hash":"'.length;
    const row = Buffer.allocUnsafe(ENTRY_BYTES);
    row.write(line.toString('latin1', marker, marker + 16), 'hex');
    row.writeDoubleBE(span.offset, 8);
    row.writeUInt32BE(span.length, 16);
    rows.push(row);
  });
  rows.sort((a, b) => a.compare(b, 0, 8, 0, 8));
  return Buffer.concat(rows);
}
