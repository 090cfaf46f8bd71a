/** What an export would take from where, before it writes anything. */
import { isTable } from '../datasets/formats.ts';
import { columnAt } from '../datasets/formats/columns.ts';
import { describeNeeds } from '../datasets/formats/training.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { checkMap, keyOf, writerFor, type ExportOptions } from './exportRecords.ts';
import { ReviewedLines } from './exportReview.ts';

/** Records that a mapping is told from. */
const LOOKED_AT = 100;

/** A field of the format, where it is taken from in how many of the records looked at, and the first value there. */
export interface MappedField {
  readonly field: string;
  readonly from: Readonly<Record<string, number>>;
  readonly example: Json;
}

export interface ExportPreview {
  /** Records that were looked at, from the first one on. */
  readonly looked: number;
  readonly fits: number;
  readonly fields: readonly MappedField[];
  /** The first record as it would be written; a packed format's as JSON. Null: none of those fits. */
  readonly example: string | null;
  /** Why records do not fit, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** What a record must have, in words; null: whatever it has. */
  readonly needs: string | null;
}

/** @throws InvalidInputError when the map does not fit the format */
export async function previewExport(options: ExportOptions): Promise<ExportPreview> {
  const { source, format, map } = options;
  checkMap(format, map);
  const writer = await writerFor(options, new ReviewedLines(source, options.review));
  const fields = new Map<string, { from: Record<string, number>; example: Json }>();
  const rejected: Record<string, number> = {};
  let [looked, fits] = [0, 0];
  let example: string | null = null;
  for await (const line of new ReviewedLines(source, options.review).read()) {
    looked += 1;
    const written =
      line.fields === null
        ? line
        : (writer?.write(line.fields, keyOf(format, looked - 1)) ?? asItIs(line.fields, line.text));
    if ('reason' in written) rejected[written.reason] = (rejected[written.reason] ?? 0) + 1;
    else if (line.fields !== null && 'from' in written) {
      fits += 1;
      example ??= written.line;
      for (const [field, column] of Object.entries(written.from)) {
        const found = fields.get(field) ?? { from: {}, example: columnAt(line.fields, column) ?? null };
        found.from[column] = (found.from[column] ?? 0) + 1;
        fields.set(field, found);
      }
    }
    if (looked === LOOKED_AT) break;
  }
  return {
    looked,
    fits,
    fields: [...fields].map(([field, found]) => ({ field, ...found })),
    example,
    rejected,
    needs: isTable(format) ? null : describeNeeds(format, map ?? {}),
  };
}

function asItIs(fields: JsonObject, line: string): { readonly line: string; readonly from: Record<string, string> } {
  return { line, from: Object.fromEntries(Object.keys(fields).map((name) => [name, name])) };
}
