/** The formats that take the records' own fields: JSONL, those made from JSONL in the end, and CSV. */
import type { Json, JsonObject } from '../../record/json.ts';
import { formatKey, type Key } from '../../record/key.ts';
import type { TableFormat } from '../formats.ts';
import { columnAt } from './columns.ts';
import { formatRow } from './csv.ts';
import { unfit, type FieldMap, type RecordWriter } from './format.ts';

/** A column of the file, and the field of the records it is taken from. */
export interface Column {
  readonly name: string;
  readonly from: string;
}

/**
 * @param raw CSV without the protection against formulas
 */
export function createTableWriter(format: TableFormat, columns: readonly Column[], raw: boolean): RecordWriter {
  const from: FieldMap = Object.fromEntries(columns.map((column) => [column.name, column.from]));
  const names = columns.map(({ name }) => name);
  return {
    header: format === 'csv' ? formatRow(names, raw) : null,
    write(fields, key) {
      const values = columns.map((column) => valueOf(fields, column.from, key));
      if (format !== 'csv') return { line: formatObject(names, values), from };
      const line = formatRow(values, raw);
      // JSON can escape half a character, CSV cannot: it would become another one.
      if (!line.isWellFormed()) return unfit('not-unicode', 'a text holds half a character, which CSV cannot hold');
      return { line, from };
    },
  };
}

/** Put together by hand: an object would move names that look like numbers to the front. */
function formatObject(names: readonly string[], values: readonly Json[]): string {
  return `{${names.map((name, index) => `${JSON.stringify(name)}:${JSON.stringify(values[index])}`).join(',')}}`;
}

/** As in JSONL outputs: `id` is the record's own or else its key, `openline_id` the key. */
function valueOf(fields: JsonObject, column: string, key: Key | null): Json {
  if (key !== null && column === 'openline_id') return formatKey(key);
  return columnAt(fields, column) ?? (key !== null && column === 'id' ? formatKey(key) : null);
}
