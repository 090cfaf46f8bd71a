/** The records of an output of two runs, side by side. */
import { hash } from 'node:crypto';
import { readRecordLines } from '../../datasets/readRecordLines.ts';
import { canonicalJson, type Json, type JsonObject } from '../../record/json.ts';
import { outputKeys } from '../lineage.ts';
import type { ExportSource } from '../exportSource.ts';

/** How many records are how. */
export interface RecordCounts {
  /** The same key and the same fields. */
  readonly same: number;
  /** The same fields under another key: what stood before them became more or less. */
  readonly moved: number;
  /** The same key, other fields. */
  readonly changed: number;
  readonly removed: number;
  readonly added: number;
}

/** A record that is not in both as it is. */
export interface RecordChange {
  readonly key: string;
  /** Null: only the second run has it. */
  readonly before: JsonObject | null;
  /** Null: only the first run has it. */
  readonly after: JsonObject | null;
}

/** An output of a run, with the folder where its lineage is. */
export interface ComparedOutput {
  readonly folder: string;
  readonly name: string;
  readonly source: ExportSource;
}

/** What was found: small enough for a hundred thousand records, since of each just a number and a digest are held. */
export interface AlignedRecords {
  readonly counts: RecordCounts;
  /** Lines of either output, counted from 0, that belong together; null on the side that has none. In the order of the second. */
  readonly differing: readonly (readonly [before: number | null, after: number | null])[];
}

interface Entry {
  readonly digest: string;
  readonly line: number;
}

/**
 * Aligns records by lineage: by the key, which says from which entry of the source and through which answers a record came;
 * what has no partner there, or another one, by what it holds.
 *
 * @param onRecord told of every record that is read; throws to stop
 */
export async function alignRecords(
  before: ComparedOutput,
  after: ComparedOutput,
  onRecord: (fields: JsonObject, side: 0 | 1) => void = () => undefined,
): Promise<AlignedRecords> {
  const left = new Map<string, Entry>();
  for await (const { key, fields, line } of keyedRecords(before)) {
    onRecord(fields, 0);
    left.set(key, { digest: digestOf(fields, key), line });
  }
  const right: (Entry & { readonly key: string })[] = [];
  let same = 0;
  for await (const { key, fields, line } of keyedRecords(after)) {
    onRecord(fields, 1);
    const digest = digestOf(fields, key);
    if (left.get(key)?.digest === digest) {
      left.delete(key);
      same += 1;
    } else right.push({ key, digest, line });
  }
  const movedFrom = new Map<string, string[]>();
  for (const [key, { digest }] of left) movedFrom.set(digest, [...(movedFrom.get(digest) ?? []), key]);
  const rest = right.filter(({ digest }) => {
    const key = movedFrom.get(digest)?.shift();
    if (key !== undefined) left.delete(key);
    return key === undefined;
  });
  const differing: [number | null, number | null][] = [];
  let changed = 0;
  for (const { key, line } of rest) {
    const partner = left.get(key);
    left.delete(key);
    if (partner !== undefined) changed += 1;
    differing.push([partner?.line ?? null, line]);
  }
  for (const { line } of left.values()) differing.push([line, null]);
  const counts = {
    ...{ same, moved: right.length - rest.length, changed },
    ...{ removed: left.size, added: rest.length - changed },
  };
  return { counts, differing };
}

/**
 * The records that differ, as many as fit into a page.
 *
 * @param pairs some of `differing`
 */
export async function readChanges(
  before: ComparedOutput,
  after: ComparedOutput,
  pairs: AlignedRecords['differing'],
): Promise<readonly RecordChange[]> {
  const [left, right] = await Promise.all([
    recordsAt(before, new Set(pairs.flatMap(([line]) => (line === null ? [] : [line])))),
    recordsAt(after, new Set(pairs.flatMap(([, line]) => (line === null ? [] : [line])))),
  ]);
  return pairs.map(([one, other]) => {
    const [was, is] = [one === null ? undefined : left.get(one), other === null ? undefined : right.get(other)];
    return { key: is?.key ?? was?.key ?? '', before: was?.fields ?? null, after: is?.fields ?? null };
  });
}

interface Keyed {
  readonly key: string;
  readonly fields: JsonObject;
  readonly line: number;
}

async function recordsAt(output: ComparedOutput, wanted: Set<number>): Promise<ReadonlyMap<number, Keyed>> {
  const found = new Map<number, Keyed>();
  if (wanted.size === 0) return found;
  for await (const record of keyedRecords(output)) {
    if (wanted.delete(record.line)) found.set(record.line, record);
    if (wanted.size === 0) break;
  }
  return found;
}

/** The lineage has a line for each record, in the same order. */
async function* keyedRecords({ folder, name, source }: ComparedOutput): AsyncGenerator<Keyed> {
  const keys = outputKeys(folder, name);
  let number = 0;
  try {
    for await (const entry of readRecordLines(source.path, source)) {
      const { value: key } = await keys.next();
      if ('fields' in entry) {
        yield { key: typeof key === 'string' ? key : ownKey(entry.fields, number), fields: entry.fields, line: number };
      }
      number += 1;
    }
  } finally {
    await keys.return(undefined);
  }
}

function ownKey(fields: JsonObject, number: number): string {
  const key = fields['openline_id'] ?? fields['id'];
  return typeof key === 'string' ? key : `#${number + 1}`;
}

function digestOf(fields: JsonObject, key: string): string {
  const own: Record<string, Json> = { ...fields };
  for (const name of ['openline_id', 'id']) if (own[name] === key) Reflect.deleteProperty(own, name);
  return hash('sha256', canonicalJson(own), 'base64').slice(0, 22);
}
