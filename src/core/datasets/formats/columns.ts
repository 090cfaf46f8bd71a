/** Which fields of a record the fields of a format are taken from. */
import { isJsonObject, type Json, type JsonObject } from '../../record/json.ts';

/** Where Openline's recipes, and most of the field, keep what is asked. */
export const PROMPT_COLUMNS = ['prompt', 'openline', 'question', 'problem', 'task', 'query', 'text'] as const;
/** Where they keep what is answered. */
export const RESPONSE_COLUMNS = ['response', 'completion', 'answer', 'output', 'solution', 'chosen'] as const;
/** Where they keep conversations. */
export const MESSAGES_COLUMNS = ['messages', 'conversations', 'conversation'] as const;
export const SYSTEM_COLUMNS = ['system', 'system_prompt'] as const;

/** The columns with one of them moved to the front. */
export function preferring(column: string, columns: readonly string[]): readonly string[] {
  return [column, ...columns.filter((other) => other !== column)];
}

/**
 * The value a record holds under a name or a dotted path; undefined where there is none. A field whose own name holds
 * the dots wins. Only what the record itself holds counts, whatever the name is (`constructor`, `__proto__` …).
 */
export function columnAt(fields: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(fields, path)) return fields[path];
  if (!path.includes('.')) return undefined;
  let value: Json | undefined = fields;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) value = /^\d+$/u.test(name) ? (value as readonly Json[])[Number(name)] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}
