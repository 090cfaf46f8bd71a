import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import { LONGEST_LINE, readLines } from './readLines.ts';

/** A record of a JSONL file, or why its line is none. */
export type RecordLine =
  | { readonly line: number; readonly fields: JsonObject }
  | { readonly line: number; readonly reason: 'line-too-long' | 'not-json' | 'not-an-object' };

/**
 * The records of a JSONL file, one at a time; blank lines count as nothing.
 *
 * @param bytes how much of the file is read; a last line without an end counts unless it is still growing
 * @param onBytes told of the bytes of each line that was read, about
 */
export async function* readRecordLines(
  path: string,
  {
    bytes,
    growing = false,
    onBytes,
  }: { readonly bytes?: number; readonly growing?: boolean; readonly onBytes?: (count: number) => void } = {},
): AsyncGenerator<RecordLine> {
  for await (const { number: line, bytes: raw, ended } of readLines(path, LONGEST_LINE, bytes)) {
    if (growing && !ended) return;
    onBytes?.((raw?.length ?? LONGEST_LINE) + 1);
    if (raw === null) {
      yield { line, reason: 'line-too-long' };
      continue;
    }
    const text = raw.toString('utf8');
    if (text.trim() === '') continue;
    const value = parseJson(text);
    if (value === undefined) yield { line, reason: 'not-json' };
    else if (!isJsonObject(value)) yield { line, reason: 'not-an-object' };
    else yield { line, fields: value };
  }
}
