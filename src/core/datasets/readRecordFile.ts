/** The records of a file of any of the forms that statistics are told of. */
import { InvalidInputError } from '../errors.ts';
import { parseJson, type JsonObject } from '../record/json.ts';
import { readRecordLines } from './readRecordLines.ts';
import { unreadOf, UnreadableError, type FoundRecord } from './sourceEntry.ts';
import { formatOf } from './sourceFormats.ts';

/** Longer cells are texts without a look at them. */
const LONGEST_NUMBER = 32;

/** A record with where it stands (from 1: its line, in Parquet its row), or why something in the file is none. */
export type FileRecord = { readonly line: number; readonly fields: JsonObject } | { readonly reason: string };

export interface TableReading {
  readonly path: string;
  /** How much of a JSONL file is read. */
  readonly bytes: number;
  /** Whether the last line of a JSONL file may be half written. */
  readonly growing: boolean;
  /** Told of the bytes of each line of a JSONL file; a table tells them when it has been read. */
  readonly onBytes: (count: number) => void;
}

/**
 * CSV, TSV and Parquet go by their endings, everything else is JSONL. A table has texts only, so cells that read as a
 * number are one.
 *
 * @throws InvalidInputError where a table cannot be read (any further)
 */
export async function* readRecordFile({ path, bytes, growing, onBytes }: TableReading): AsyncGenerator<FileRecord> {
  const format = formatOf(path);
  if (format !== 'csv' && format !== 'tsv' && format !== 'parquet') {
    yield* readRecordLines(path, { bytes, growing, onBytes });
    return;
  }
  let records = 0;
  try {
    for await (const found of await tableRecords(path, format)) {
      records += 1;
      if ('reason' in found) yield { reason: found.reason };
      else yield { line: found.line ?? records, fields: format === 'parquet' ? found.fields : numbersOf(found.fields) };
    }
  } catch (error) {
    const { reason, message } = unreadOf(error);
    const line = error instanceof UnreadableError ? error.line : undefined;
    throw InvalidInputError.of(reason, message, { file: path, ...(line === undefined ? {} : { line }) });
  }
  onBytes(bytes);
}

async function tableRecords(path: string, format: 'csv' | 'tsv' | 'parquet'): Promise<AsyncIterable<FoundRecord>> {
  const file = { path, shown: path };
  if (format === 'parquet') {
    const { readParquet } = await import('./records/readParquet.ts');
    return readParquet(file, undefined);
  }
  const { readTable } = await import('./records/readTable.ts');
  return readTable(file, { delimiter: format === 'tsv' ? '\t' : ',' }, undefined);
}

function numbersOf(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, cell]) => {
      const number = typeof cell === 'string' && cell.length <= LONGEST_NUMBER ? parseJson(cell) : undefined;
      return [name, typeof number === 'number' ? number : cell];
    }),
  );
}
