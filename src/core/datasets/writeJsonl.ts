import type { Json, JsonObject } from '../record/json.ts';
import { formatKey, type Key } from '../record/key.ts';
import { fieldAt } from '../steps/step.ts';

/** The name under which a record's key is written where `id` is taken by a field of its own. */
const OTHER_ID = 'openline_id';

/**
 * A record as a line of JSONL, without the line feed: plain JSON, no ASCII escapes beyond what JSON demands.
 *
 * @param outputFields null: the key first, as `id` (`openline_id` where the record has an `id` of its own), then all
 *   fields as they stand. Otherwise these fields in this order, dotted paths too, null where the record has none; `id`
 *   is the record's own or else its key, `openline_id` always the key.
 */
export function formatRecord(fields: JsonObject, key: Key, outputFields: readonly string[] | null): string {
  const id = formatKey(key);
  // Put together by hand: an object would move names that look like numbers to the front.
  let text = '';
  if (outputFields === null) {
    const hasOwnId = Object.hasOwn(fields, 'id');
    text = member(hasOwnId ? OTHER_ID : 'id', id);
    for (const [name, value] of Object.entries(fields)) {
      // A name can stand in a line once: `openline_id` of an earlier run gives way to the key of this one.
      if (name !== OTHER_ID || !hasOwnId) text += `,${member(name, value)}`;
    }
  } else {
    for (const name of outputFields) {
      if (text !== '') text += ',';
      text += member(name, valueOf(fields, name, id));
    }
  }
  return `{${text}}`;
}

function member(name: string, value: Json): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function valueOf(fields: JsonObject, name: string, id: string): Json {
  if (name === OTHER_ID) return id;
  return fieldAt(fields, name) ?? (name === 'id' ? id : null);
}
