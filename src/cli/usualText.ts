import { basename } from 'node:path';
import { leafFields } from '../core/curate/statistics/leafFields.ts';
import type { JsonObject } from '../core/record/json.ts';
import { UsageError } from './usage.ts';

/** Fields that hold the text of a record, the likelier ones first. */
const USUAL_TEXTS = ['text', 'response', 'answer', 'completion', 'output', 'messages', 'prompt', 'question'];

/**
 * The field that holds the text of a record, by its name.
 *
 * @param conversations whether a list of turns counts as a text
 * @throws UsageError when there is none of the usual names
 */
export function usualTextOf(fields: JsonObject, file: string, conversations = true): string {
  const texts = new Set(
    [...leafFields(fields)].flatMap(([name, value]) =>
      typeof value === 'string' && (conversations || typeof fields[name] === 'string') ? [name] : [],
    ),
  );
  const found = USUAL_TEXTS.find((name) => texts.has(name));
  if (found !== undefined) return found;
  const names = Object.keys(fields);
  const there = names.length === 0 ? 'no record was found in it' : `its first record has ${names.join(', ')}`;
  throw new UsageError(`Which field of ${basename(file)} is the text? Give it with --text; ${there}`);
}
