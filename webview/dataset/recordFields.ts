import type { ViewRecord } from '../../src/protocol/dataset.ts';
import type { RecordFields } from '../ui/recordShape.ts';

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
