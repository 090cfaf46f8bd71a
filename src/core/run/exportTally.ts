import { columnAt } from '../datasets/formats/columns.ts';
import type { FieldMap } from '../datasets/formats/format.ts';
import type { JsonObject } from '../record/json.ts';
import type { ReviewReport } from './exportReview.ts';

/** A record that did not fit. */
export interface ExportReject {
  /** Of the file that was read, from 1. */
  readonly line: number;
  readonly reason: string;
  readonly message: string;
}

/** What came of an export. */
export interface ExportReport {
  /** Records written. */
  readonly records: number;
  /** Records that did not fit, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly examples: readonly ExportReject[];
  /** Field of the format → field of the records → in how many records it was taken from there. Empty: all as they are. */
  readonly fields: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What came of the review; null without one. */
  readonly review: ReviewReport | null;
}

/** Rejects that a report tells in full; all of them are counted, and stay where they were read. */
const MOST_EXAMPLES = 20;
/** Records whose fields are named when none fits, and how many names are. */
const LOOKED_AT = 100;
const MOST_NAMES = 40;

/** Counts what happens in an export. */
export class ExportTally {
  records = 0;
  discarded = 0;
  readonly #rejected = new Map<string, number>();
  readonly #examples: ExportReject[] = [];
  readonly #fields = new Map<string, Map<string, number>>();
  readonly #seen = new Set<string>();
  readonly #missing: Set<string>;
  #looked = 0;

  /** @param columns fields of the records that somebody named */
  constructor(columns: readonly string[]) {
    this.#missing = new Set(columns);
  }

  /** Fields that somebody named and no record had so far. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Names of fields that the first records have. */
  get seen(): readonly string[] {
    return [...this.#seen];
  }

  saw(fields: JsonObject): void {
    for (const column of this.#missing) if (columnAt(fields, column) !== undefined) this.#missing.delete(column);
    if (this.#looked >= LOOKED_AT) return;
    this.#looked += 1;
    for (const name of Object.keys(fields)) if (this.#seen.size < MOST_NAMES) this.#seen.add(name);
  }

  wrote(from: FieldMap): void {
    this.records += 1;
    for (const [field, column] of Object.entries(from)) {
      const columns = this.#fields.get(field) ?? new Map<string, number>();
      columns.set(column, (columns.get(column) ?? 0) + 1);
      this.#fields.set(field, columns);
    }
  }

  reject(reject: ExportReject): void {
    this.discarded += 1;
    this.#rejected.set(reject.reason, (this.#rejected.get(reject.reason) ?? 0) + 1);
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push(reject);
  }

  rejected(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rejected);
  }

  fields(): ExportReport['fields'] {
    return Object.fromEntries([...this.#fields].map(([field, columns]) => [field, Object.fromEntries(columns)]));
  }

  report(review: ReviewReport | null = null): ExportReport {
    return {
      records: this.records,
      rejected: this.rejected(),
      examples: this.#examples,
      fields: this.fields(),
      review,
    };
  }
}
