/** A value that JSON can hold. Everything a record, a request or an answer carries is one. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Whether a parsed value is a plain JSON object (not null, not a list). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads JSON text without trusting it.
 *
 * @returns the value, or undefined when the text is not JSON. (JSON itself has no `undefined`.)
 */
export function parseJson(text: string): Json | undefined {
  try {
    // JSON.parse yields nothing but Json.
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * JSON with object names in code-unit order at every depth and no white space: one text for one value,
 * so that it can be hashed. Members that are undefined are left out.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // Texts are added up and not joined: requests are made by the million, and a list of pieces costs more than they do.
  let text = '';
  if (Array.isArray(value)) {
    for (const element of value as readonly Json[]) text += `${text === '' ? '' : ','}${canonicalJson(element)}`;
    return `[${text}]`;
  }
  const object = value as JsonObject;
  for (const name of Object.keys(object).sort()) {
    const member = object[name];
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
