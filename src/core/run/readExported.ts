import { readLines } from '../datasets/readLines.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import type { ExportSource } from './exportSource.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line of a JSONL file: a record with its text, or what is wrong with it. */
export type ExportedLine =
  | { readonly number: number; readonly fields: JsonObject; readonly text: string }
  | { readonly number: number; readonly fields: null; readonly reason: string; readonly message: string };

/** The records of a JSONL file one after the other; blank lines count as nothing. */
export async function* readExported({ path, bytes: size, growing, lines }: ExportSource): AsyncGenerator<ExportedLine> {
  for await (const { number, bytes, ended } of readLines(path, undefined, size)) {
    if (growing && !ended) return;
    if (lines?.has(number - 1) === false) continue;
    if (bytes === null) {
      yield { number, fields: null, reason: 'line-too-long', message: 'the line is too long to be a record' };
      continue;
    }
    const text = decode(bytes);
    if (text?.trim() === '') continue;
    yield text === undefined
      ? { number, fields: null, reason: 'not-utf8', message: 'the line is not UTF-8' }
      : readRecord(number, text);
  }
}

function readRecord(number: number, text: string): ExportedLine {
  const fields = parseJson(text);
  if (fields === undefined) return { number, fields: null, reason: 'not-json', message: 'the line is not JSON' };
  if (isJsonObject(fields)) return { number, fields, text };
  return { number, fields: null, reason: 'not-an-object', message: 'the line is JSON, but not an object' };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
