import { isJsonObject, parseJson } from '../../record/json.ts';
import { decodeUtf8, notInCharset, readTextBytes, type Charset } from '../fileBytes.ts';
import { splitLinesInBatches } from '../readLines.ts';
import type { FoundRecord, NamedFile, Unread } from '../sourceEntry.ts';
import type { JsonObject } from '../../record/json.ts';
import { splitJson } from './splitJson.ts';

/** JSON Lines: a record a line; blank lines count as nothing. */
export async function* readJsonLines({ path }: NamedFile, charset: Charset | undefined): AsyncGenerator<FoundRecord> {
  for await (const lines of splitLinesInBatches(readTextBytes(path, charset))) {
    for (const { number, bytes } of lines) {
      if (bytes !== null && isBlank(bytes)) continue;
      yield { ...toRecord(bytes, 'line'), line: number };
    }
  }
}

/** A JSON file: a list of records, one record, or records one after the other. */
export async function* readJsonFile({ path }: NamedFile, charset: Charset | undefined): AsyncGenerator<FoundRecord> {
  for await (const { line, bytes } of splitJson(readTextBytes(path, charset))) {
    yield { ...toRecord(bytes, 'record'), line };
  }
}

function toRecord(bytes: Buffer | null, what: 'line' | 'record'): { readonly fields: JsonObject } | Unread {
  if (bytes === null) return { reason: 'line-too-long', message: `the ${what} is too long to be a record` };
  const text = decodeUtf8(bytes);
  if (text === undefined) return notInCharset(`the ${what}`, 'utf-8');
  const fields = parseJson(text);
  if (fields === undefined) return { reason: 'not-json', message: `the ${what} is not JSON` };
  if (!isJsonObject(fields)) return { reason: 'not-an-object', message: `the ${what} is JSON, but not an object` };
  return { fields };
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
