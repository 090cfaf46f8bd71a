import { isJsonObject, parseJson, type JsonObject } from '../../record/json.ts';
import type { IndexedLine } from './lineIndex.ts';
import type { BrokenReason } from './viewTypes.ts';

/** A line of a JSONL file as it is: a record, or something else with what it says. */
export type ReadLine =
  | { readonly text: string; readonly fields: JsonObject; readonly reason: null }
  | { readonly text: string; readonly fields: null; readonly reason: BrokenReason };

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a line; never fails. */
export function readRecord({ bytes }: IndexedLine): ReadLine {
  if (bytes === null) return { text: '', fields: null, reason: 'line-too-long' };
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return { text: bytes.toString('utf8'), fields: null, reason: 'not-utf8' };
  }
  if (text.trim() === '') return { text, fields: null, reason: 'blank' };
  const value = parseJson(text);
  if (value === undefined) return { text, fields: null, reason: 'not-json' };
  return isJsonObject(value) ? { text, fields: value, reason: null } : { text, fields: null, reason: 'not-an-object' };
}
