import { isJsonObject, type Json, type JsonObject } from '../../record/json.ts';

/** Maps within maps that are looked into. */
const DEEPEST = 4;

/**
 * The values of a record that are no maps, by dotted path. A conversation (`[{ role, content }, …]`) counts as one text,
 * that of its turns; other lists give each of their texts and numbers under the list's own name.
 */
export function* leafFields(fields: JsonObject, prefix = '', depth = 0): Generator<readonly [string, Json]> {
  for (const [name, value] of Object.entries(fields)) {
    const path = `${prefix}${name}`;
    if (isJsonObject(value)) {
      if (depth < DEEPEST) yield* leafFields(value, `${path}.`, depth + 1);
    } else if (Array.isArray(value)) yield* ofList(path, value);
    else if (value !== null) yield [path, value];
  }
}

function* ofList(path: string, list: readonly Json[]): Generator<readonly [string, Json]> {
  const turns = list.map((entry) => (isJsonObject(entry) ? (entry['content'] ?? entry['value']) : undefined));
  if (turns.length > 0 && turns.every((turn) => typeof turn === 'string')) {
    yield [path, turns.join('\n')];
    return;
  }
  for (const entry of list) if (entry !== null && typeof entry !== 'object') yield [path, entry];
}
