import type { ViewRecord } from '../../src/protocol/dataset.ts';
import type { RecordFields } from './recordShape.ts';

/** The fields of a record's line; undefined where it is no record. */
export function fieldsOf({ text, broken }: ViewRecord): RecordFields | undefined {
  if (broken !== null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RecordFields) : undefined;
  } catch {
    return undefined;
  }
}

/** A record with its edits made: null removes a field. */
export function withEdit(fields: RecordFields, edit: Readonly<Record<string, unknown>>): RecordFields {
  const entries = Object.entries({ ...fields, ...edit });
  return Object.fromEntries(entries.filter(([name, value]) => value !== null || !Object.hasOwn(edit, name)));
}
