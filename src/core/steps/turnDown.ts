/** Why ordered steps turn down records that they cannot judge. */
import type { Json } from '../record/json.ts';
import type { Item } from '../record/record.ts';
import type { Passage } from './ordered.ts';
import { noNumber } from './step.ts';

/** The record lacks the field which the step goes by. */
export function missingField(item: Item, field: string): Passage {
  const message = `the record has no field ${field}`;
  return { records: [], rejections: [{ item, reason: 'missing-field', message }] };
}

/** What the record has in that field is no number. */
export function notANumber(item: Item, field: string, value: Json): Passage {
  return { records: [], rejections: [{ item, reason: 'not-a-number', message: noNumber(field, value) }] };
}
