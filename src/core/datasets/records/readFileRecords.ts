import type { FilesSource, SourceFile } from '../../pipeline/sourcePlan.ts';
import type { FoundRecord } from '../sourceEntry.ts';
import { readJsonFile, readJsonLines } from './readJson.ts';
import type { ToldSymbols } from '../symbols/toldSymbols.ts';
import type { KnownTests } from './readSymbols.ts';

/** What reading a source's files has in common. */
export interface RecordReading {
  readonly source: FilesSource;
  /** What an editor told of code files. */
  readonly told: ToldSymbols | undefined;
  /** Gathered when the first file with symbols is read. */
  tests: Promise<KnownTests> | undefined;
}

const DEFAULT_SYMBOLS = ['function', 'class', 'method'] as const;

/**
 * Reads a file that holds records, a piece at a time.
 *
 * @throws UnreadableError and the file system's errors, where the file cannot be read (any further)
 */
export async function readFileRecords(file: SourceFile, reading: RecordReading): Promise<AsyncIterable<FoundRecord>> {
  const { charset, delimiter, columns, fields, field, keepFields, symbols = DEFAULT_SYMBOLS, files } = reading.source;
  switch (file.as) {
    case 'jsonl':
      return readJsonLines(file, charset);
    case 'json':
      return readJsonFile(file, charset);
    case 'csv':
    case 'tsv': {
      const form = {
        delimiter: delimiter ?? (file.as === 'tsv' ? '\t' : ','),
        ...(columns === undefined ? {} : { columns }),
      };
      const { readTable } = await import('./readTable.ts');
      return readTable(file, form, charset);
    }
    case 'parquet': {
      const { readParquet } = await import('./readParquet.ts');
      return readParquet(file, wantedColumns(fields, keepFields ? null : field));
    }
    case 'symbols': {
      const { findTests, readSymbols } = await import('./readSymbols.ts');
      const code = files.filter(({ as }) => as === 'symbols');
      const how = { charset, told: reading.told };
      reading.tests ??= findTests(code, how);
      return readSymbols(file, symbols, await reading.tests, how);
    }
    default:
      throw new Error(`a file of the format ${file.as} holds no records`);
  }
}

/** Only what is wanted is read of a file that keeps its columns apart; of a path inwards the whole column. */
function wantedColumns(fields: readonly string[] | undefined, field: string | null): readonly string[] | undefined {
  const wanted = field !== null && fields === undefined ? [field] : fields;
  if (wanted === undefined) return undefined;
  const all = field === null ? wanted : [...wanted, field];
  return [...new Set(all.flatMap((name) => [name, name.split('.', 1)[0] ?? name]))];
}
