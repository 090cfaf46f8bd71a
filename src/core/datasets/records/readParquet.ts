import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Json, JsonObject } from '../../record/json.ts';
import { UnreadableError, type FoundRecord, type NamedFile } from '../sourceEntry.ts';

/** Rows that are read at once where a file's row groups are larger. */
const ROWS_AT_ONCE = 100_000;

/**
 * Parquet: a record a row, one row group after the other. Dates are ISO 8601; whole numbers too large for JSON, and bytes,
 * are texts (bytes in base64).
 *
 * @param columns the only ones that are read; absent: all
 */
export async function* readParquet(
  { path }: NamedFile,
  columns: readonly string[] | undefined,
): AsyncGenerator<FoundRecord> {
  const file = await asyncBufferFromFile(path);
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (error) {
    throw damaged(error);
  }
  const there = new Set(metadata.schema.slice(1).map(({ name }) => name));
  const wanted = columns?.filter((name) => there.has(name));
  let first = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const end = first + Number(rows);
    for (let start = first; start < end; start += ROWS_AT_ONCE) {
      const range = { rowStart: start, rowEnd: Math.min(end, start + ROWS_AT_ONCE) };
      let read: readonly Record<string, unknown>[];
      try {
        read = await parquetReadObjects({
          file,
          metadata,
          compressors,
          ...range,
          ...(wanted === undefined ? {} : { columns: wanted }),
        });
      } catch (error) {
        throw damaged(error);
      }
      for (const [index, row] of read.entries()) yield { fields: toFields(row), line: start + index + 1 };
    }
    first = end;
  }
}

function damaged(error: unknown): UnreadableError {
  const why = error instanceof Error ? error.message : String(error);
  return new UnreadableError({ reason: 'damaged-file', message: `the file is not Parquet, or damaged (${why})` });
}

function toFields(row: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJson(value)]));
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
      if (Array.isArray(value) || ArrayBuffer.isView(value)) {
        return Array.from(value as unknown as ArrayLike<unknown>, toJson);
      }
      return toFields(value as Record<string, unknown>);
    default:
      return null;
  }
}
