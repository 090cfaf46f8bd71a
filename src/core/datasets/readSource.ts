import { open, stat } from 'node:fs/promises';
import type { FilePosition } from '../errors.ts';
import type { ReadStep } from '../pipeline/plan.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import { fieldAt } from '../steps/step.ts';
import { readLines } from './readLines.ts';

/** What a source gives: a record, or something in it that could not be read, which takes a key all the same. */
export type SourceEntry = SourceRecord | SourceProblem;

export interface SourceRecord {
  readonly kind: 'record';
  /** Index of the entry as read, so that a broken line leaves the keys of the others alone. */
  readonly key: readonly number[];
  readonly fields: JsonObject;
}

export interface SourceProblem {
  readonly kind: 'problem';
  readonly key: readonly number[];
  /**
   * `missing-file`, `unreadable-file`, `file-too-large`, `binary-file`, `not-utf8`, `line-too-long`, `not-json`,
   * `not-an-object`, `missing-field`, `not-text`, `empty-document`.
   */
  readonly reason: string;
  readonly message: string;
  readonly position: FilePosition;
}

type Source = ReadStep['source'];
type ListSource = Source & { readonly kind: 'list' };
type CrossSource = Source & { readonly kind: 'cross' };
type FilesSource = Source & { readonly kind: 'files' };
type SourceFile = FilesSource['files'][number];
/** An entry before it has its place among the others. */
type Found = { readonly fields: JsonObject } | Unread;
interface Unread {
  readonly reason: string;
  readonly message: string;
}

/** A document of more bytes than this fits into no prompt and no JavaScript text. */
const LARGEST_DOCUMENT = 256 * 1024 * 1024;
/** Text has no NUL; looking at this many bytes is enough to tell (as Git does). */
const SNIFFED_BYTES = 8000;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the records of a step that has a source, in their final order, a piece at a time.
 *
 * Lists give a record a value. Text files give a record a file (byte-order mark dropped, line ends as LF). JSONL files
 * give a record a line; blank lines count as nothing. Never throws for what it finds: what cannot be read is an entry.
 */
export async function* readSource(step: ReadStep): AsyncGenerator<SourceEntry> {
  const { source } = step;
  if (source.kind === 'list') yield* readList(source);
  else if (source.kind === 'cross') yield* readCross(source);
  else yield* readFiles(source);
}

function* readList(source: ListSource): Generator<SourceEntry> {
  for (const [index, value] of source.values.entries()) {
    const place = `${source.label}:${index + 1}`;
    const isEmpty = typeof value === 'string' && value.trim() === '';
    const found: Found = isEmpty
      ? emptyDocument(`entry ${index + 1} of ${source.label} is empty`)
      : { fields: withPlace({ [source.field]: value }, source, index, place) };
    yield toEntry(found, [index], { file: source.label });
  }
}

function* readCross(source: CrossSource): Generator<SourceEntry> {
  let combinations: Iterable<{ key: readonly number[]; fields: JsonObject }> = [{ key: [], fields: {} }];
  for (const { field, values } of source.fields) combinations = multiply(combinations, field, values);
  for (const { key, fields } of combinations) yield { kind: 'record', key, fields };
}

function* multiply(
  combinations: Iterable<{ key: readonly number[]; fields: JsonObject }>,
  field: string,
  values: readonly Json[],
): Generator<{ key: readonly number[]; fields: JsonObject }> {
  for (const { key, fields } of combinations) {
    for (const [index, value] of values.entries()) {
      yield { key: [...key, index], fields: { ...fields, [field]: value } };
    }
  }
}

async function* readFiles(source: FilesSource): AsyncGenerator<SourceEntry> {
  let index = 0;
  for (const file of source.files) {
    const entries = source.as === 'text' ? readDocument(source, file, index) : readRecords(source, file, index);
    for await (const entry of entries) {
      yield entry;
      index += 1;
    }
  }
}

async function* readDocument(source: FilesSource, file: SourceFile, index: number): AsyncGenerator<SourceEntry> {
  const text = await readText(file);
  const found: Found =
    typeof text === 'string' ? { fields: withPlace({ [source.into]: text }, source, index, file.shown) } : text;
  yield toEntry(found, [index], { file: file.shown });
}

async function readText({ path }: SourceFile): Promise<string | Unread> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_DOCUMENT) return { reason: 'file-too-large', message: `the file has ${size} bytes` };
    const file = await open(path);
    try {
      const bytes = await file.readFile();
      if (isBinary(bytes)) return binaryFile();
      const text = decode(bytes);
      if (text === undefined) return notUtf8('the file');
      const document = text.replace(/^\uFEFF/u, '').replaceAll('\r\n', '\n');
      return document.trim() === '' ? emptyDocument('the file is empty') : document;
    } finally {
      await file.close();
    }
  } catch (error) {
    return unreadableFile(error);
  }
}

async function* readRecords(source: FilesSource, file: SourceFile, first: number): AsyncGenerator<SourceEntry> {
  let index = first;
  const lines = readLines(file.path);
  try {
    if (await startsBinary(file.path)) {
      yield toEntry(binaryFile(), [index], { file: file.shown });
      return;
    }
    for await (const { number, bytes } of lines) {
      if (bytes !== null && isBlank(bytes)) continue;
      const place = `${file.shown}:${number}`;
      yield toEntry(readRecord(source, bytes, index, place), [index], { file: file.shown, line: number });
      index += 1;
    }
  } catch (error) {
    yield toEntry(unreadableFile(error), [index], { file: file.shown });
  }
}

function readRecord(source: FilesSource, bytes: Buffer | null, index: number, place: string): Found {
  if (bytes === null) return { reason: 'line-too-long', message: 'the line is too long to be a record' };
  const line = decode(bytes);
  if (line === undefined) return notUtf8('the line');
  const record = parseJson(line);
  if (record === undefined) return { reason: 'not-json', message: 'the line is not JSON' };
  if (!isJsonObject(record)) return { reason: 'not-an-object', message: 'the line is JSON, but not an object' };
  if (source.field === null) return { fields: withPlace(record, source, index, place) };
  const text = fieldAt(record, source.field);
  if (text === undefined || text === null) {
    return { reason: 'missing-field', message: `the record has no field ${source.field}` };
  }
  if (typeof text !== 'string') return { reason: 'not-text', message: `the field ${source.field} is not a text` };
  if (text.trim() === '') return emptyDocument(`the field ${source.field} is empty`);
  const kept = source.keepFields ? record : {};
  return { fields: withPlace({ ...kept, [source.into]: text }, source, index, place) };
}

function withPlace(
  fields: JsonObject,
  names: { readonly indexField?: string; readonly sourceField?: string },
  index: number,
  place: string,
): JsonObject {
  return {
    ...fields,
    ...(names.indexField === undefined ? {} : { [names.indexField]: index }),
    ...(names.sourceField === undefined ? {} : { [names.sourceField]: place }),
  };
}

function toEntry(found: Found, key: readonly number[], position: FilePosition): SourceEntry {
  return 'fields' in found ? { kind: 'record', key, ...found } : { kind: 'problem', key, position, ...found };
}

async function startsBinary(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    return isBinary(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, SNIFFED_BYTES).includes(0);
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

function binaryFile(): Unread {
  return { reason: 'binary-file', message: 'the file is not text (or is UTF-16; UTF-8 is wanted)' };
}

function notUtf8(what: string): Unread {
  return { reason: 'not-utf8', message: `${what} is not UTF-8` };
}

function emptyDocument(message: string): Unread {
  return { reason: 'empty-document', message };
}

function unreadableFile(error: unknown): Unread {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return { reason: 'missing-file', message: 'there is no such file any more' };
  const why = error instanceof Error ? error.message : String(error);
  return { reason: 'unreadable-file', message: `the file cannot be read (${why})` };
}
