/** Brings what a cluster has left of the records that were handed over to it back into their dataset's review. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { reviewId, seenOf, type Decision, type Seen } from '../curate/review/decision.ts';
import { emptyDecision, ReviewLog, reviewPath } from '../curate/review/reviewLog.ts';
import { HAND_OVER_FILE, handOverSchema, KEPT_FOLDER, partsOf, type HandOver } from '../datasets/packed/handOver.ts';
import { readRecordFile } from '../datasets/readRecordFile.ts';
import { InvalidInputError } from '../errors.ts';
import { canonicalJson, parseJson, type Json, type JsonObject } from '../record/json.ts';
import { fileSource } from './exportSource.ts';
import { contentHash } from './output.ts';
import { readExported } from './readExported.ts';
import { exists } from './runFolder.ts';

/** What a decision says that was made here; a person's own says something else, or nothing. */
const NOTE = 'Not among the records that were kept after the hand-over';
const KEPT_ENDINGS = /\.(?:jsonl|parquet)$/u;

export interface ImportKeptOptions {
  /** The folder that was written for the hand-over. */
  readonly folder: string;
  /** The records that are left: a JSONL or Parquet file, or a folder of such. Default: `kept` in the folder. */
  readonly kept?: string | undefined;
  /** Allow that nothing is left. Default false. */
  readonly force?: boolean;
}

export interface ImportKeptReport {
  readonly run: string | null;
  /** Absolute path of the dataset, and of its review file. */
  readonly dataset: string;
  readonly review: string;
  readonly handedOver: number;
  readonly kept: number;
  /** Rejected now because they were not kept. */
  readonly rejected: number;
  /** Kept records that were given new fields, and these. */
  readonly labelled: number;
  readonly fields: readonly string[];
  /** Records that were not kept, but that a person has accepted: they stay accepted. */
  readonly overruled: number;
}

/** What a cluster tells of a record it has kept: fields that were not handed over. */
type Kept = ReadonlyMap<string, JsonObject>;

/** @throws InvalidInputError when anything of it does not belong together; nothing is written then */
export async function importKept(options: ImportKeptOptions): Promise<ImportKeptReport> {
  const { folder } = options;
  const origin = await readHandOver(folder);
  const dataset = await findDataset(folder, origin);
  const handedOver = await readHandedOver(folder);
  const kept = await readKept(options, handedOver);
  if (kept.size === 0 && handedOver.size > 0 && options.force !== true) {
    const message = `None of the ${handedOver.size} records is left. If that is right, --force rejects them all`;
    throw InvalidInputError.of('nothing-kept', message);
  }
  const tally = { rejected: 0, labelled: 0, overruled: 0 };
  const seen = await readSeen(dataset, handedOver);
  const log = new ReviewLog(reviewPath(dataset));
  await log.add((decisions) => {
    const changed: Decision[] = [];
    const at = new Date().toISOString();
    for (const id of handedOver) {
      const before = decisions.get(id) ?? emptyDecision(id);
      const labels = kept.get(id);
      const now = seen.get(id) ?? (before.add === undefined ? undefined : seenOf(before.add));
      if (now === undefined) throw changedSince(dataset);
      const after = labels === undefined ? rejectedBy(before) : keptBy(before, labels);
      if (labels === undefined && before.verdict === 'accept') tally.overruled += 1;
      if (labels === undefined && after !== before) tally.rejected += 1;
      if (labels !== undefined && Object.keys(labels).length > 0) tally.labelled += 1;
      if (canonicalJson(toJson(after)) === canonicalJson(toJson(before))) continue;
      changed.push({ ...after, seen: before.seen ?? now, at });
    }
    return changed;
  });
  const names = new Set([...kept.values()].flatMap((labels) => Object.keys(labels)));
  return {
    run: origin.run,
    dataset,
    review: log.path,
    handedOver: handedOver.size,
    kept: kept.size,
    ...tally,
    fields: [...names],
  };
}

/** What a person has decided stands. */
function rejectedBy(before: Decision): Decision {
  return before.verdict === null ? { ...before, verdict: 'reject', note: before.note ?? NOTE } : before;
}

function keptBy(before: Decision, labels: JsonObject): Decision {
  const wasOurs = before.verdict === 'reject' && before.note === NOTE;
  const edit = { ...before.edit, ...labels };
  return { ...before, edit, ...(wasOurs ? { verdict: null, note: null } : {}) };
}

function toJson({ verdict, edit, note, rating }: Decision): JsonObject {
  return { verdict, edit, note, rating };
}

/** Whether a folder was written for a hand-over. */
export async function isHandOver(folder: string): Promise<boolean> {
  return exists(join(folder, HAND_OVER_FILE));
}

async function readHandOver(folder: string): Promise<HandOver> {
  const path = join(folder, HAND_OVER_FILE);
  const origin = handOverSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (origin.success) return origin.data;
  throw InvalidInputError.of('not-a-hand-over', 'it does not tell where the records are from; export them again', {
    file: path,
  });
}

/** The dataset as it was handed over: decisions about another one would hit the wrong records. */
async function findDataset(folder: string, { dataset, sha256 }: HandOver): Promise<string> {
  const path = resolve(folder, dataset);
  if (!(await exists(path))) {
    const message = `The records are from ${path}, which is not there. If the folder was moved, put it back beside its dataset`;
    throw InvalidInputError.of('missing-dataset', message);
  }
  if ((await contentHash(path)) !== sha256) throw changedSince(path);
  return path;
}

function changedSince(dataset: string): InvalidInputError {
  const message = `${dataset} is not what it was when its records were handed over; export and curate them again`;
  return InvalidInputError.of('changed-dataset', message);
}

async function readHandedOver(folder: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const path of await partsOf(folder)) {
    for await (const { id, line } of readIds(path)) {
      if (ids.has(id)) throw twice(id, path, line);
      ids.add(id);
    }
  }
  return ids;
}

async function readKept({ folder, kept }: ImportKeptOptions, handedOver: ReadonlySet<string>): Promise<Kept> {
  const place = kept ?? join(folder, KEPT_FOLDER);
  const found = new Map<string, JsonObject>();
  for (const path of await filesAt(place)) {
    for await (const { id, line, fields } of readIds(path)) {
      if (!handedOver.has(id)) {
        const message = `the record ${id} was not handed over in ${basename(folder)}: are these the records of another one?`;
        throw InvalidInputError.of('unknown-record', message, { file: path, line });
      }
      if (found.has(id)) throw twice(id, path, line);
      found.set(id, labelsOf(fields));
    }
  }
  return found;
}

function twice(id: string, file: string, line: number): InvalidInputError {
  return InvalidInputError.of('same-record', `the record ${id} is there twice`, { file, line });
}

async function filesAt(place: string): Promise<readonly string[]> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isFile() === true) return [place];
  const names = found?.isDirectory() === true ? (await readdir(place)).sort() : [];
  const files = names.filter((name) => KEPT_ENDINGS.test(name)).map((name) => join(place, name));
  if (files.length > 0) return files;
  const message = `There is nothing (JSONL or Parquet) in ${place}: has curate.py been run? Another place is given behind the folder`;
  throw InvalidInputError.of('nothing-kept', message);
}

interface Identified {
  readonly id: string;
  readonly line: number;
  readonly fields: JsonObject;
}

async function* readIds(path: string): AsyncGenerator<Identified> {
  const { size } = await stat(path);
  for await (const record of readRecordFile({ path, bytes: size, growing: false, onBytes: () => undefined })) {
    if ('reason' in record) {
      throw InvalidInputError.of(record.reason, `a line is no record (${record.reason})`, { file: path });
    }
    const id = reviewId(record.fields, null);
    if (id === null) {
      const message = 'the record has no openline_id; the program has to keep that field';
      throw InvalidInputError.of('missing-id', message, { file: path, line: record.line });
    }
    yield { id, line: record.line, fields: record.fields };
  }
}

/** What the cluster has found out: neither what it was given nor what it numbers records with. */
function labelsOf(fields: JsonObject): JsonObject {
  const isLabel = ([name, value]: [string, Json]): boolean =>
    value !== null && !['openline_id', 'id', 'text'].includes(name) && !name.startsWith('_curator');
  return Object.fromEntries(Object.entries(fields).filter(isLabel));
}

/** What the records that were handed over are now, by the ids under which a review knows them. */
async function readSeen(dataset: string, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  let index = 0;
  for await (const { fields } of readExported(await fileSource(dataset, dataset))) {
    const id = fields === null ? null : reviewId(fields, String(index));
    if (fields !== null && id !== null && wanted.has(id)) seen.set(id, seenOf(fields));
    index += 1;
  }
  return seen;
}
