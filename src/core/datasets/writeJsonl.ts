import type { Json, JsonObject } from '../record/json.ts';
import { formatKey, type Key } from '../record/key.ts';

/**
 * A record as a line of an output file, without the line's end: its key first (as `id`, or as `openline_id` where the
 * record has an `id` of its own), then the fields asked for in their order, or all in the record's own. Fields that the
 * record lacks are left out. Characters are written as they are, never as ASCII escapes.
 */
export function formatRecord(fields: JsonObject, key: Key, outputFields: readonly string[] | null): string {
  const wanted = outputFields ?? Object.keys(fields);
  const hasOwnId = wanted.includes('id') && fields['id'] !== undefined;
  const line: Record<string, Json> = { [hasOwnId ? 'openline_id' : 'id']: formatKey(key) };
  for (const name of wanted) {
    const value = fields[name];
    if (value !== undefined) line[name] = value;
  }
  return JSON.stringify(line);
}
