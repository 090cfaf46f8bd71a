/** Records made short enough to be shown to a model. */
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';

/** Elements of a list that are shown. */
const MOST_ELEMENTS = 50;

/** A record with its long texts and lists cut; what was cut says so. @param most characters of each text */
export function shortenRecord(fields: JsonObject, most: number): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shorten(value, most)]));
}

function shorten(value: Json, most: number): Json {
  if (typeof value === 'string') {
    return value.length <= most ? value : `${value.slice(0, most)}… (${value.length - most} characters more)`;
  }
  if (isJsonObject(value)) return shortenRecord(value, most);
  if (!Array.isArray(value)) return value;
  const list = value as readonly Json[];
  const shown = list.slice(0, MOST_ELEMENTS).map((element) => shorten(element, most));
  return list.length <= MOST_ELEMENTS ? shown : [...shown, `… (${list.length - MOST_ELEMENTS} elements more)`];
}
