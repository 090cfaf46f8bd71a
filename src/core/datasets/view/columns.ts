/** The columns of a table of records: their fields in the order in which they first appear, those of maps by dotted path. */
import { isJsonObject, type Json, type JsonObject } from '../../record/json.ts';
import { fieldAt } from '../../steps/step.ts';

/** Maps within maps whose fields become columns of their own; deeper ones are one cell. */
const DEEPEST = 3;
/** A table with more columns than this is of no use to anybody. */
const MOST_COLUMNS = 200;
/** Longest text of a cell: more than any column shows. */
const CELL_CHARACTERS = 400;

/** Turns of a conversation that a cell begins with. */
const CELL_TURNS = 4;

/** Collects the columns of records as they are seen. */
export class Columns {
  readonly #names = new Set<string>();

  get names(): readonly string[] {
    return [...this.#names];
  }

  add(fields: JsonObject): void {
    for (const name of pathsOf(fields, '', 0)) {
      if (this.#names.size >= MOST_COLUMNS) return;
      this.#names.add(name);
    }
  }

  clear(): void {
    this.#names.clear();
  }
}

function* pathsOf(fields: JsonObject, prefix: string, depth: number): Generator<string> {
  for (const [name, value] of Object.entries(fields)) {
    const path = `${prefix}${name}`;
    if (isJsonObject(value) && depth < DEEPEST && Object.keys(value).length > 0)
      yield* pathsOf(value, `${path}.`, depth + 1);
    else yield path;
  }
}

/** The beginning of a field on one line; null where the record has none. */
export function cellOf(fields: JsonObject, column: string): string | null {
  const value = fieldAt(fields, column);
  if (value === undefined) return null;
  const said = Array.isArray(value) ? conversationText(value) : undefined;
  if (said !== undefined) return cellText(said);
  return cellText(typeof value === 'string' ? value : jsonText(value));
}

/** The beginning of a text on one line. */
export function cellText(text: string): string {
  const begun = text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS)}…` : text;
  return begun.replaceAll(/\s+/gu, ' ');
}

/** What is said in a conversation, from the first question on; undefined where a list is none. */
function conversationText(list: readonly Json[]): string | undefined {
  const turns = list.slice(0, CELL_TURNS).map((turn) => {
    const said = isJsonObject(turn) ? (turn['content'] ?? turn['value']) : undefined;
    const role = isJsonObject(turn) ? (turn['role'] ?? turn['from']) : undefined;
    return typeof role === 'string' && typeof said === 'string' ? { role, said } : undefined;
  });
  if (turns.length === 0 || !turns.every((turn) => turn !== undefined)) return undefined;
  const [first, ...others] = turns;
  const shown = first?.role === 'system' && others.length > 0 ? others : turns;
  return shown.map(({ said }) => said).join(' → ');
}

/** JSON of a value; of a long list its first elements, which are more than a cell shows. */
function jsonText(value: Json): string {
  if (!Array.isArray(value) || value.length <= CELL_CHARACTERS) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, CELL_CHARACTERS)).slice(0, -1)},…]`;
}
