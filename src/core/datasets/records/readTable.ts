import { Readable } from 'node:stream';
import { isUtf8 } from 'node:buffer';
import { parse, type CsvError, type InfoRecord } from 'csv-parse';
import type { JsonObject } from '../../record/json.ts';
import { notInCharset, readTextBytes, type Charset } from '../fileBytes.ts';
import type { FoundRecord, NamedFile, Unread } from '../sourceEntry.ts';

/** How a table is written. */
export interface TableForm {
  readonly delimiter: string;
  /** Names of the columns where the file has no header. */
  readonly columns?: readonly string[];
}

/** A row longer than this many bytes is a quote that was never closed, more likely than a record. */
const LONGEST_ROW = 16 * 1024 * 1024;

interface Row {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

/**
 * CSV and TSV (RFC 4180, and quotes inside unquoted cells as they are): a record a row, every value a text. The first row
 * names the columns. A row with more or fewer cells than there are columns is not read.
 */
export async function* readTable(
  { path }: NamedFile,
  { delimiter, columns }: TableForm,
  charset: Charset | undefined,
): AsyncGenerator<FoundRecord> {
  const skipped: CsvError[] = [];
  const parser = parse({
    delimiter,
    // One character a byte: which row is not UTF-8 shows only when its bytes are still there.
    encoding: 'latin1',
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_ROW,
    on_skip: (error) => {
      if (error !== undefined) skipped.push(error);
    },
  });
  const bytes = Readable.from(readTextBytes(path, charset), { objectMode: false });
  bytes.on('error', (error) => parser.destroy(error));
  bytes.pipe(parser);
  let names = columns;
  let lastLine = 0;
  try {
    for await (const row of parser as AsyncIterable<Row>) {
      const { lines } = row.info;
      // The parser is ahead of what is taken from it; by their lines both come in the file's order.
      while (skipped[0] !== undefined && lineOf(skipped[0]) < lines) {
        yield brokenRow(skipped.shift(), lastLine + 1);
      }
      const line = lastLine + 1 + emptyLinesBefore(row, lastLine);
      lastLine = lines;
      const cells = decodeCells(row.record);
      if (names === undefined) {
        if (cells === undefined) throw new HeaderError();
        names = columnNames(cells);
        continue;
      }
      yield { ...toRecord(cells, names), line };
    }
    for (const error of skipped) yield brokenRow(error, lastLine + 1);
  } finally {
    bytes.destroy();
    parser.destroy();
  }
}

/** The header is not UTF-8, so that nothing in the file can be read. */
class HeaderError extends Error {
  constructor() {
    super(notInCharset('the header', 'utf-8').message);
  }
}

/** Lines of the row's text, which ends in `lines`: what is between it and the row before are empty lines. */
function emptyLinesBefore({ record, info }: Row, lastLine: number): number {
  const inside = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
  return Math.max(0, info.lines - inside - lastLine - 1);
}

function lineOf(error: CsvError): number {
  const { lines } = error as { lines?: unknown };
  return typeof lines === 'number' ? lines : 0;
}

function brokenRow(error: CsvError | undefined, line: number): FoundRecord {
  // Its types do not list this code.
  const code: string | undefined = error?.code;
  const isTooLong = code === 'CSV_MAX_RECORD_SIZE';
  const message = isTooLong
    ? `a row that begins here goes on to line ${error === undefined ? line : lineOf(error)} and is too long: most likely a quote is not closed`
    : 'a quote that opens here, or in a line below, is never closed; the rest of the file cannot be read';
  return { reason: 'broken-row', message, line };
}

function decodeCells(cells: readonly string[]): readonly string[] | undefined {
  const decoded: string[] = [];
  for (const cell of cells) {
    if (/^\p{ASCII}*$/u.test(cell)) {
      decoded.push(cell);
      continue;
    }
    const bytes = Buffer.from(cell, 'latin1');
    if (!isUtf8(bytes)) return undefined;
    decoded.push(bytes.toString('utf8'));
  }
  return decoded;
}

/** Names for all columns: one without a name, or with that of another, is called by its number. */
function columnNames(header: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const own = cell.trim();
    const name = own === '' || taken.has(own) ? `column_${index + 1}` : own;
    taken.add(name);
    return name;
  });
}

function toRecord(
  cells: readonly string[] | undefined,
  names: readonly string[],
): { readonly fields: JsonObject } | Unread {
  if (cells === undefined) return notInCharset('the row', 'utf-8');
  if (cells.length !== names.length) {
    const message = `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, there are ${names.length} columns`;
    return { reason: 'ragged-row', message };
  }
  return { fields: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) };
}
