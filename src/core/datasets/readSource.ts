/** The records of a `read` step: values given in the pipeline, files as texts, files as JSON Lines. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { FilePosition } from '../errors.ts';
import { InvalidInputError } from '../errors.ts';
import type { ReadStep } from '../pipeline/plan.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import type { Key } from '../record/key.ts';

/** A record, or something that should have been one. The key counts entries as they stand, readable or not. */
export type SourceEntry =
  | { readonly kind: 'record'; readonly key: Key; readonly fields: JsonObject }
  | {
      readonly kind: 'problem';
      readonly key: Key;
      readonly reason: string;
      readonly message: string;
      readonly position: FilePosition;
    };

type FileSource = Extract<ReadStep['source'], { kind: 'files' }>;

/** Longest line that is read, in bytes; a longer one is a problem of its own, not of the process. */
const LONGEST_LINE = 256 << 20;
const NEWLINE = 0x0a;

/**
 * Reads the source of a step, one entry after the other; of JSON Lines a line at a time.
 *
 * @throws InvalidInputError for the first problem, when the step is strict
 */
export async function* readSource(step: ReadStep): AsyncGenerator<SourceEntry> {
  const { source } = step;
  const entries =
    source.kind === 'list' ? readList(source) : source.as === 'text' ? readTexts(source) : readLines(source);
  for await (const entry of entries) {
    if (entry.kind === 'problem' && source.kind === 'files' && source.strict) {
      throw InvalidInputError.of(entry.reason, entry.message, entry.position);
    }
    yield entry;
  }
}

function* readList(source: Extract<ReadStep['source'], { kind: 'list' }>): Generator<SourceEntry> {
  for (const [index, value] of source.values.entries()) {
    const numbered = source.indexField === undefined ? {} : { [source.indexField]: index };
    yield { kind: 'record', key: [index], fields: { [source.field]: value, ...numbered } };
  }
}

async function* readTexts(source: FileSource): AsyncGenerator<SourceEntry> {
  for (const [index, file] of source.files.entries()) {
    const key = [index];
    const position = { file: file.shown };
    const problem = (reason: string, message: string): SourceEntry => ({
      kind: 'problem',
      key,
      reason,
      message,
      position,
    });
    let bytes: Buffer;
    try {
      bytes = await readFile(file.path);
    } catch (error) {
      yield problem('unreadable-file', error instanceof Error ? error.message : String(error));
      continue;
    }
    const text = decode(bytes);
    if (text === undefined)
      yield problem(bytes.includes(0) ? 'binary-file' : 'not-utf-8', 'the file is not text in UTF-8');
    else if (text.includes('\0')) yield problem('binary-file', 'the file is binary');
    else if (text.trim() === '') yield problem('empty-document', 'the file holds no text');
    else {
      const numbered = source.indexField === undefined ? {} : { [source.indexField]: index };
      const named = source.sourceField === undefined ? {} : { [source.sourceField]: file.shown };
      yield { kind: 'record', key, fields: { [source.into]: text, ...numbered, ...named } };
    }
  }
}

async function* readLines(source: FileSource): AsyncGenerator<SourceEntry> {
  let index = 0;
  for (const file of source.files) {
    let line = 0;
    try {
      for await (const bytes of splitLines(file.path)) {
        line += 1;
        const read = readRecord(bytes, source, line === 1);
        if (read === undefined) continue;
        const key = [index];
        const position = { file: file.shown, line };
        if ('reason' in read) yield { kind: 'problem', key, reason: read.reason, message: read.message, position };
        else {
          const numbered = source.indexField === undefined ? {} : { [source.indexField]: index };
          const named = source.sourceField === undefined ? {} : { [source.sourceField]: `${file.shown}:${line}` };
          yield { kind: 'record', key, fields: { ...read.fields, ...numbered, ...named } };
        }
        index += 1;
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      yield { kind: 'problem', key: [index], reason: 'unreadable-file', message, position: { file: file.shown } };
      index += 1;
    }
  }
}

/** One line of JSON Lines; undefined when it is blank. */
function readRecord(
  bytes: Buffer | null,
  source: FileSource,
  first: boolean,
): { readonly fields: JsonObject } | { readonly reason: string; readonly message: string } | undefined {
  if (bytes === null) return { reason: 'line-too-long', message: `the line is longer than ${LONGEST_LINE >> 20} MiB` };
  const decoded = decode(bytes, first);
  if (decoded === undefined) return { reason: 'not-utf-8', message: 'the line is not text in UTF-8' };
  const text = decoded.trim();
  if (text === '') return undefined;
  const value = parseJson(text);
  if (value === undefined) return { reason: 'broken-line', message: 'the line is not JSON' };
  if (!isJsonObject(value)) return { reason: 'broken-line', message: 'the line is not a JSON object' };
  const wanted = value[source.field];
  if (wanted === undefined) {
    return {
      reason: 'missing-field',
      message: `the record has no field ${source.field}; it has ${Object.keys(value).join(', ')}`,
    };
  }
  if (typeof wanted === 'string' && wanted.trim() === '') {
    return { reason: 'empty-document', message: `the field ${source.field} is empty` };
  }
  const fields: Record<string, Json> = source.keepFields ? { ...value } : {};
  fields[source.into] = wanted;
  return { fields };
}

/** Lines of a file without their ends; null for one that is too long to be held. */
async function* splitLines(path: string): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const chunk = piece as Buffer;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      const rest = chunk.subarray(start, end === -1 ? chunk.length : end);
      length += rest.length;
      if (length <= LONGEST_LINE) parts.push(rest);
      else parts = [];
      if (end === -1) break;
      yield length > LONGEST_LINE ? null : Buffer.concat(parts, length);
      parts = [];
      length = 0;
      start = end + 1;
    }
  }
  if (length > 0) yield length > LONGEST_LINE ? null : Buffer.concat(parts, length);
}

/** Text of UTF-8 bytes, without a byte order mark where one may stand; undefined when they are not UTF-8. */
function decode(bytes: Buffer, mayHaveMark = true): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: !mayHaveMark }).decode(bytes);
  } catch {
    return undefined;
  }
}
