import { basename } from 'node:path';
import { usualTextField } from '../core/curate/usualCuration.ts';
import type { JsonObject } from '../core/record/json.ts';
import { UsageError } from './usage.ts';

/**
 * The field that holds the text of a record, by its name.
 *
 * @param conversations whether a list of turns counts as a text
 * @throws UsageError when there is none of the usual names
 */
export function usualTextOf(fields: JsonObject, file: string, conversations = true): string {
  const found = usualTextField(fields, conversations);
  if (found !== undefined) return found;
  const names = Object.keys(fields);
  const there = names.length === 0 ? 'no record was found in it' : `its first record has ${names.join(', ')}`;
  throw new UsageError(`Which field of ${basename(file)} is the text? Give it with --text; ${there}`);
}
