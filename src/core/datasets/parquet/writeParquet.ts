import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { isJsonObject, parseJson, type JsonObject } from '../../record/json.ts';
import { readLines } from '../readLines.ts';
import { parquetSchema, parquetValue } from './parquetSchema.ts';
import { commonShape, NO_SHAPE, shapeOf, type ValueShape } from './valueShape.ts';

/** A group of rows is written when it has so many rows, or so many bytes as JSON. */
const GROUP_ROWS = 20_000;
const GROUP_BYTES = 32 * 1024 * 1024;
/** Parquet needs one column at least, even where there are no records. */
const EMPTY: ReadonlyMap<string, ValueShape> = new Map([['id', { kind: 'text' }]]);

/**
 * Writes the records of a JSONL file that Openline made as Parquet (Snappy). The columns are those that any record has, in
 * the order in which they appear; texts, numbers, booleans, lists and objects keep their kind, and a column whose values
 * have nothing in common becomes JSON texts. Memory holds one group of rows.
 *
 * @param wanted picks the records; default: all
 * @returns the number of rows
 */
export async function writeParquet(
  lines: string,
  target: string,
  wanted: (record: JsonObject) => boolean = () => true,
): Promise<number> {
  const found = new Map<string, ValueShape>();
  for await (const { record } of recordsOf(lines, wanted)) {
    for (const [name, value] of Object.entries(record)) {
      found.set(name, commonShape(found.get(name) ?? NO_SHAPE, shapeOf(value)));
    }
  }
  const columns = found.size === 0 ? EMPTY : found;
  const writer = new ParquetWriter({
    writer: fileWriter(target),
    schema: parquetSchema(columns),
    createdBy: 'Openline',
  });
  let rows: JsonObject[] = [];
  let bytes = 0;
  let written = 0;
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const columnData = [...columns].map(([name, shape]) => ({
      name,
      data: rows.map((row) => parquetValue(Object.hasOwn(row, name) ? row[name] : null, shape)),
    }));
    await writer.write({ columnData, rowGroupSize: rows.length });
    written += rows.length;
    rows = [];
    bytes = 0;
  };
  for await (const { record, size } of recordsOf(lines, wanted)) {
    rows.push(record);
    bytes += size;
    if (rows.length >= GROUP_ROWS || bytes >= GROUP_BYTES) await flush();
  }
  await flush();
  await writer.finish();
  return written;
}

async function* recordsOf(
  path: string,
  wanted: (record: JsonObject) => boolean,
): AsyncGenerator<{ readonly record: JsonObject; readonly size: number }> {
  for await (const { bytes } of readLines(path)) {
    const record = parseJson(bytes?.toString('utf8') ?? '');
    if (isJsonObject(record) && wanted(record)) yield { record, size: bytes?.length ?? 0 };
  }
}
