import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { readLines } from './readLines.ts';

/** Lines that are looked at for a record. */
const SEARCHED = 100;

/** The first record of a JSONL file; without any fields where there is none near its beginning. */
export async function fieldsOfFirst(path: string): Promise<JsonObject> {
  for await (const { number, bytes } of readLines(path)) {
    const record = bytes === null ? undefined : parseJson(bytes.toString('utf8'));
    if (isJsonObject(record)) return record;
    if (number >= SEARCHED) break;
  }
  return {};
}
