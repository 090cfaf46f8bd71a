/** What every output format is to those who write records: a line for a record, or the reason why there is none. */
import type { Json, JsonObject } from '../../record/json.ts';
import type { Key } from '../../record/key.ts';

/** Field of a format → field of the records (dots lead inwards) that it is taken from, in place of the usual ones. */
export type FieldMap = Readonly<Record<string, string>>;

/** Why a record has no line: a short kebab-case word, and a sentence. */
export interface Unfit {
  readonly line: null;
  /**
   * `missing-field`, `not-text`, `empty-content`, `not-messages`, `no-messages`, `unknown-role`, `tool-call`,
   * `misplaced-system`, `roles-not-alternating`, `no-answer`, `several-turns`, `system-message`, `control-token`,
   * `same-answers`, `not-a-boolean`, `not-unicode`.
   */
  readonly reason: string;
  readonly message: string;
}

/** A record in its format. */
export interface Fit {
  /** Without the line feed that ends it; only CSV may have line feeds inside. */
  readonly line: string;
  /** Field of the format → field of the record that it was taken from. */
  readonly from: FieldMap;
}

/** Turns records into lines. Stateless: the lines depend on the records alone, not on their order. */
export interface RecordWriter {
  /** What stands before the first record, without its line feed; null: nothing. */
  readonly header: string | null;
  /** @param key the record's key; null where it has none, as in a file whose records carry their ids themselves */
  write(fields: JsonObject, key: Key | null): Fit | Unfit;
}

/** Fields that make a record together. */
export interface Shape {
  readonly needs: readonly string[];
  /** Taken as well where a record has them. */
  readonly also: readonly string[];
}

/** A format that has fields of its own. */
export interface DatasetFormat {
  /** For each field that can be taken from a record: the record fields that are looked for, the first one there wins. */
  readonly usual: Readonly<Record<string, readonly string[]>>;
  /** The ways to come by a record, the first one that is complete wins. */
  readonly shapes: readonly Shape[];
  /** Puts together what stands on the line from the values of a shape's fields. */
  compose(values: JsonObject): JsonObject | Unfit;
  /** Holds a line against the format's rules, whoever wrote it; null: it is right. */
  check(line: JsonObject): Unfit | null;
}

export function unfit(reason: string, message: string): Unfit {
  return { line: null, reason, message };
}

export function isUnfit(value: object): value is Unfit {
  return 'line' in value && value.line === null && 'reason' in value;
}

/** Checks that fields are texts with something in them, and that no other field is there. */
export function checkTexts(line: JsonObject, names: readonly string[], optional: readonly string[] = []): Unfit | null {
  for (const name of names) {
    const value: Json | undefined = line[name];
    if (value === undefined) return unfit('missing-field', `there is no ${name}`);
    if (typeof value !== 'string') return unfit('not-text', `${name} is not a text`);
    if (value.trim() === '' && !optional.includes(name)) return unfit('empty-content', `${name} is empty`);
  }
  return null;
}
