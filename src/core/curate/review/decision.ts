/** What a person decided about a record: a line of a review file. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson, type Json, type JsonObject } from '../../record/json.ts';

/** The ending of review files: `data/chat.jsonl` is reviewed in `data/chat.review.jsonl`. */
export const REVIEW_ENDING = '.review.jsonl';

export const VERDICTS = ['accept', 'reject'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a record looked like when it was reviewed: which fields it had, and a hash of them. */
const seenSchema = z.strictObject({ fields: z.array(z.string()), hash: z.string() });
export type Seen = z.infer<typeof seenSchema>;

/**
 * A line of a review file. Lines are only ever added: of several with one `id` the last one counts, whole. Without verdict,
 * edit, addition, rating and note a line takes an earlier one back.
 */
export const decisionSchema = z.strictObject({
  id: z.string().min(1).describe('`openline_id` of the record, else its `id`'),
  verdict: z.enum(VERDICTS).nullable().default(null).describe('accept or reject; null: undecided'),
  edit: z.record(z.string(), z.json()).default({}).describe('Fields with their new values; null removes a field'),
  add: z
    .record(z.string(), z.json())
    .optional()
    .describe('A record that a run turned down and that is to be added, as it is to be'),
  rating: z.number().nullable().default(null).describe('Any scale the person keeps to'),
  note: z.string().nullable().default(null),
  seen: seenSchema.nullable().default(null).describe('What the record was when it was reviewed'),
  at: z.string().nullable().default(null).describe('When, ISO 8601'),
});
export type Decision = Readonly<Omit<z.infer<typeof decisionSchema>, 'edit' | 'add'>> & {
  readonly edit: Readonly<Record<string, Json>>;
  readonly add?: JsonObject | undefined;
};

/** What a record is now, to be kept beside a decision about it. Its key does not count. */
export function seenOf(fields: JsonObject): Seen {
  const names = Object.keys(fields).filter((name) => name !== 'id' && name !== 'openline_id');
  return { fields: names, hash: hashOf(fields, names) };
}

/** Whether a record is another than the one that was reviewed. Fields that it did not have then do not count. */
export function hasChanged(fields: JsonObject, seen: Seen | null): boolean {
  return seen !== null && hashOf(fields, seen.fields) !== seen.hash;
}

/**
 * Whether a decision is about something else than the record as it is now. A record that has been given the edit of the
 * decision is what it was made for.
 */
export function isOutdated(fields: JsonObject, { seen, edit }: Decision): boolean {
  return hasChanged(fields, seen) && !hasEdit(fields, edit);
}

/** Whether every edited field already has its new value. */
function hasEdit(fields: JsonObject, edit: Readonly<Record<string, Json>>): boolean {
  const entries = Object.entries(edit);
  const valueOf = (name: string): Json => (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? null;
  return entries.length > 0 && entries.every(([name, value]) => canonicalJson(valueOf(name)) === canonicalJson(value));
}

/** The name by which a review file knows a record. @param key the record's key in the run, where it has no field for it */
export function reviewId(fields: JsonObject, key: string | null): string | null {
  for (const name of ['openline_id', 'id']) {
    const id = fields[name];
    if (typeof id === 'string' && id !== '') return id;
    if (typeof id === 'number') return String(id);
  }
  return key;
}

/** The record with the edits made: in place, new fields behind the others. */
export function applyEdit(fields: JsonObject, edit: Readonly<Record<string, Json>>): JsonObject {
  const entries = Object.entries({ ...fields, ...edit });
  return Object.fromEntries(entries.filter(([name, value]) => value !== null || !Object.hasOwn(edit, name)));
}

function hashOf(fields: JsonObject, names: readonly string[]): string {
  const chosen = names.flatMap((name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(chosen)))
    .digest('hex')
    .slice(0, 16);
}
