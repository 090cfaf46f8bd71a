/** What is done with records when nobody says what: what hardly anybody would want otherwise. */
import { stringify } from 'yaml';
import type { JsonObject } from '../record/json.ts';
import { leafFields } from './statistics/leafFields.ts';

export const USUAL_EDITS = ['repair_unicode', 'normalize_newlines'] as const;
export const USUAL_CHECKS = [
  { word_count: { min: 1 } },
  'longest_word',
  'urls',
  'symbol_words',
  'boilerplate_paragraphs',
  'unique_lines',
  'unique_paragraphs',
  'top_ngram',
  'refusal',
] as const;

/** Fields that hold the text of a record, the likelier ones first. */
const USUAL_TEXTS = ['text', 'response', 'answer', 'completion', 'output', 'messages', 'prompt', 'question'];

/**
 * The field that holds the text of a record, by its name; undefined where there is none of the usual ones.
 *
 * @param conversations whether a list of turns counts as a text
 */
export function usualTextField(fields: JsonObject, conversations: boolean): string | undefined {
  const texts = new Set(
    [...leafFields(fields)].flatMap(([name, value]) =>
      typeof value === 'string' && (conversations || typeof fields[name] === 'string') ? [name] : [],
    ),
  );
  return USUAL_TEXTS.find((name) => texts.has(name));
}

/** A pipeline file that curates a JSONL file beside it in the usual way, to be looked at and changed. */
export function curationPipeline(file: string, text: string, output: string): string {
  return stringify({
    openline: 1,
    steps: [
      { id: 'input', read: { files: file } },
      { id: 'edit', modify: { text, edit: USUAL_EDITS } },
      { id: 'filter', filter: { text, checks: USUAL_CHECKS } },
    ],
    output,
  });
}
