/** The one way to a writer, for runs and exports alike. */
import { unknownName } from '../../files/checkValue.ts';
import { isTable, type ExportFormat } from '../formats.ts';
import type { FieldMap, RecordWriter } from './format.ts';
import { withIds } from './nemoCurator.ts';
import { createTableWriter } from './table.ts';
import { createTrainingWriter, shapesOf, TRAINING_FORMATS } from './training.ts';

export interface WriterOptions {
  /** Fields of the format that are taken from other record fields than the usual ones. Of tables: the columns there are. */
  readonly map?: FieldMap | undefined;
  /** Columns of a table without a map. */
  readonly columns?: readonly string[] | null;
  /** CSV without the protection against formulas. Default false. */
  readonly raw?: boolean;
}

/** @throws Error when a table has no columns or a map does not fit the format; `mapProblem` tells beforehand */
export function openWriter(format: ExportFormat, { map, columns, raw = false }: WriterOptions): RecordWriter {
  if (!isTable(format)) {
    const problem = mapProblem(format, map ?? {});
    if (problem !== null) throw new Error(problem);
    const writer = createTrainingWriter(format, map ?? {});
    return format === 'nemo-curator' ? withIds(writer) : writer;
  }
  const entries =
    map === undefined
      ? (columns ?? []).map((name) => ({ name, from: name }))
      : Object.entries(map).map(([name, from]) => ({ name, from }));
  if (entries.length === 0) throw new Error(`${format} needs columns`);
  return createTableWriter(format, entries, raw);
}

/** What is wrong with a map for a format, in a sentence; null: nothing. */
export function mapProblem(format: ExportFormat, map: FieldMap): string | null {
  if (isTable(format)) return null;
  const names = Object.keys(TRAINING_FORMATS[format].usual);
  const unknown = Object.keys(map).find((name) => !names.includes(name));
  if (unknown !== undefined) return unknownName(unknown, names, `a field that ${format} takes`);
  if (shapesOf(format, map).length > 0) return null;
  return `${Object.keys(map).join(' and ')} do not go together in ${format}: a record is made from one or the other`;
}
