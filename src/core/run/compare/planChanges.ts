/** In what the plans of two runs differ: settings by their path, steps by their id. */
import { canonicalJson, isJsonObject, parseJson, type Json, type JsonObject } from '../../record/json.ts';

/** A setting that is not the same in both; undefined on the side that does not have it. */
export interface SettingChange {
  /** Names with dots between; a step or an output by its id: `steps.questions.ask.model`. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Where the plan was made, and what follows from the rest of it. */
const LEFT_OUT: ReadonlySet<string> = new Set(['file', 'hash', 'path', 'placeholders', 'sample', 'description']);

/** @param before the plan of the first run as `run.json` has it, canonical JSON */
export function planChanges(before: string, after: string): readonly SettingChange[] {
  const changes: SettingChange[] = [];
  compareValues('', parseJson(before), parseJson(after), changes);
  return changes;
}

function compareValues(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  changes: SettingChange[],
): void {
  const [one, other] = [membersOf(before), membersOf(after)];
  if (one === undefined || other === undefined || (before === undefined) !== (after === undefined)) {
    if (textOf(before) !== textOf(after)) changes.push({ path, before, after });
    return;
  }
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    if (LEFT_OUT.has(name)) continue;
    compareValues(path === '' ? name : `${path}.${name}`, one.get(name), other.get(name), changes);
  }
}

/** The members of a map; of a list of things with names those by their names. Undefined: a value that is compared whole. */
function membersOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (isJsonObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const elements = value as readonly Json[];
  const names = elements.map((element) => (isJsonObject(element) ? nameOf(element) : undefined));
  if (elements.length === 0 || new Set(names).size < names.length) return undefined;
  const named = new Map<string, Json>();
  for (const [index, name] of names.entries()) {
    if (name === undefined) return undefined;
    named.set(name, elements[index] ?? null);
  }
  return named;
}

function nameOf({ id, name }: JsonObject): string | undefined {
  const found = id ?? name;
  return typeof found === 'string' ? found : undefined;
}

function textOf(value: Json | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}
