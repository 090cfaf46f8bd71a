/**
 * Answers of earlier runs, found by the hash of the request. For each run a small index file stands beside its journal
 * (20 bytes an answer: 8 of the hash, 8 for the offset, 4 for the length, ordered by hash); it is made when it is missing
 * or shorter than the journal, and read whole: 20 MB for a million answers.
 */
import { statSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../endpoints/endpoint.ts';
import { isJsonObject, type JsonObject } from '../record/json.ts';
import { readAnswer } from './answer.ts';
import { JournalReader, scanJournal, type LineSpan } from './journal.ts';
import { hashOf, kindOf } from './journalLine.ts';
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

/** An answer that could be taken: where it stands, not what it says. */
interface Candidate {
  readonly run: RunIndex;
  readonly span: LineSpan;
  readonly at: string;
  readonly origin: AnswerOrigin;
}

/** So many answers to one request are worth remembering; fewer are looked up again each time. */
const WORTH_REMEMBERING = 8;

/** Whose answers are handed out: where several processes take from the same runs, each only those of its own addresses. */
type Addresses = 'any' | 'same';

/** Hands out answers of earlier runs, each at most once. */
export class ReuseIndex {
  readonly #runs: readonly RunIndex[];
  readonly #addresses: Addresses;
  readonly #claimed = new Set<string>();
  /** Only of requests that were sent many times over: going through all their answers for each would never end. */
  readonly #remembered = new Map<string, Candidates>();

  private constructor(runs: readonly RunIndex[], addresses: Addresses) {
    this.#runs = runs;
    this.#addresses = addresses;
  }

  /** Opens the indexes of all runs of a workspace but one; makes those that are missing. */
  static async open(root: string, except: string, addresses: Addresses = 'any'): Promise<ReuseIndex> {
    const runs: RunIndex[] = [];
    for (const run of await listRuns(root)) {
      if (run === except) continue;
      const paths = runPaths(join(runsFolder(root), run));
      const holder = await readHolder(paths.lock);
      if (holder !== undefined && isAlive(holder)) continue;
      const entries = await openIndex(paths.folder, paths.journal);
      if (entries.length > 0) runs.push({ run, entries, journal: paths.journal, reader: undefined });
    }
    return new ReuseIndex(runs, addresses);
  }

  /** Whether there are no earlier answers at all. */
  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** An answer that this run has already taken, known from its own journal. */
  markClaimed(origin: AnswerOrigin): void {
    this.#claimed.add(nameOf(origin));
  }

  /**
   * The answer for this very address if an earlier run has it, else the one with the lowest address that nobody has
   * taken yet; undefined when there is none.
   */
  claim(hash: string, address: string): { readonly answer: Answer; readonly origin: AnswerOrigin } | undefined {
    if (this.isEmpty) return undefined;
    const candidates = this.#remembered.get(hash) ?? this.#gather(hash);
    for (;;) {
      const candidate = candidates.next(address, this.#claimed, this.#addresses);
      if (candidate === undefined) return undefined;
      const { run, span, origin } = candidate;
      this.markClaimed(origin);
      const answer = readAnswer(readLine(run, span)?.['answer']);
      if (answer !== undefined) return { answer, origin };
    }
  }

  close(): void {
    for (const run of this.#runs) run.reader?.close();
  }

  #gather(hash: string): Candidates {
    const prefix = Buffer.from(hash.slice(0, 16), 'hex');
    const found: Candidate[] = [];
    for (const run of this.#runs) {
      for (let entry = firstWith(run.entries, prefix); hasPrefix(run.entries, entry, prefix); entry += 1) {
        const start = entry * ENTRY_BYTES;
        const span = { offset: run.entries.readDoubleBE(start + 8), length: run.entries.readUInt32BE(start + 16) };
        const line = readLine(run, span);
        const at = line?.['at'];
        if (line?.['hash'] !== hash || typeof at !== 'string') continue;
        found.push({ run, span, at, origin: originOf(line['from']) ?? { run: run.run, at } });
      }
    }
    const candidates = new Candidates(found);
    if (new Set(found.map(({ origin }) => nameOf(origin))).size > WORTH_REMEMBERING)
      this.#remembered.set(hash, candidates);
    return candidates;
  }
}

/** The answers to one request. */
class Candidates {
  readonly #inOrder: readonly Candidate[];
  readonly #byAddress: ReadonlyMap<string, readonly Candidate[]>;
  /** Whoever stands before has been taken. */
  #first = 0;

  constructor(found: readonly Candidate[]) {
    // Of several answers at one address the last one counts: somebody has corrected the others.
    const latest = new Map(found.map((candidate) => [`${candidate.run.run} ${candidate.at}`, candidate]));
    const keyed = [...latest.values()].map((candidate) => ({ candidate, parts: candidate.at.split(/[/.]/u) }));
    keyed.sort((a, b) => compareAddresses(a.parts, b.parts));
    this.#inOrder = keyed.map(({ candidate }) => candidate);
    this.#byAddress = Map.groupBy(latest.values(), ({ at }) => at);
  }

  next(address: string, claimed: ReadonlySet<string>, addresses: Addresses): Candidate | undefined {
    const isFree = ({ origin }: Candidate): boolean => !claimed.has(nameOf(origin));
    const own = this.#byAddress.get(address)?.findLast(isFree);
    if (own !== undefined || addresses === 'same') return own;
    let candidate = this.#inOrder[this.#first];
    while (candidate !== undefined && !isFree(candidate)) {
      this.#first += 1;
      candidate = this.#inOrder[this.#first];
    }
    return candidate;
  }
}

function nameOf({ run, at }: AnswerOrigin): string {
  return `${run} ${at}`;
}

/** Order of addresses, cut into their parts: step, then key as integers, then attempt. */
function compareAddresses(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [one = '', other = ''] = [left[index], right[index]];
    const difference = Number(one) - Number(other);
    if (Number.isNaN(difference) ? one !== other : difference !== 0)
      return Number.isNaN(difference) ? (one < other ? -1 : 1) : difference;
  }
  return left.length - right.length;
}

/** A line of an earlier run's journal; undefined when it is harmed, or the run was removed meanwhile. */
function readLine(run: RunIndex, span: LineSpan): JsonObject | undefined {
  try {
    run.reader ??= new JournalReader(run.journal);
    return run.reader.read(span);
  } catch {
    return undefined;
  }
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
  if (entries === undefined) return Buffer.alloc(0);
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

/** Undefined when the journal cannot be read: an earlier run is a saving, not a need. */
function makeIndex(journal: string): Buffer | undefined {
  let rows = Buffer.allocUnsafe(1024 * ENTRY_BYTES);
  let filled = 0;
  const visit = (address: string, span: LineSpan, line: Buffer): void => {
    const kind = kindOf(address, line);
    if (kind !== 'answer' && kind !== 'batched' && kind !== 'reused' && kind !== 'amended') return;
    if (filled === rows.length) rows = Buffer.concat([rows, Buffer.allocUnsafe(rows.length)]);
    rows.write(hashOf(address, kind, line).slice(0, 16), filled, 'hex');
    rows.writeDoubleBE(span.offset, filled + 8);
    rows.writeUInt32BE(span.length, filled + 16);
    filled += ENTRY_BYTES;
  };
  try {
    scanJournal(journal, visit);
  } catch {
    return undefined;
  }
  return sortRows(rows.subarray(0, filled));
}

/** Rows in the order of their hashes, those of one hash in the order of the journal. Numbers are sorted, not buffers: there may be a million. */
function sortRows(rows: Buffer): Buffer {
  const count = rows.length / ENTRY_BYTES;
  const heads = Float64Array.from({ length: count }, (_, row) => rows.readUIntBE(row * ENTRY_BYTES, 6));
  const order = Uint32Array.from({ length: count }, (_, row) => row).sort((left, right) => {
    const difference = (heads[left] ?? 0) - (heads[right] ?? 0);
    if (difference !== 0) return difference;
    const [one, other] = [left * ENTRY_BYTES, right * ENTRY_BYTES];
    return rows.compare(rows, other, other + 8, one, one + 8) || left - right;
  });
  const sorted = Buffer.allocUnsafe(rows.length);
  order.forEach((row, place) => {
    rows.copy(sorted, place * ENTRY_BYTES, row * ENTRY_BYTES, (row + 1) * ENTRY_BYTES);
  });
  return sorted;
}
