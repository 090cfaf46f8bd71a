/** Reads a file that was just written the way its readers will, and holds it against the rules of its format. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { isJsonObject, parseJson } from '../record/json.ts';
import { isTable, type ExportFormat } from './formats.ts';
import { TRAINING_FORMATS } from './formats/training.ts';
import { partsOf } from './packed/handOver.ts';
import { readLines } from './readLines.ts';

/** What was found: how many records, or the first thing that is wrong, as a sentence that names the place. */
export type ReadBack = { readonly records: number } | { readonly wrong: string };

/** @param path a file; of `hf` and `nemo-curator` a folder */
export async function readBack(format: ExportFormat, path: string): Promise<ReadBack> {
  switch (format) {
    case 'csv':
      return readBackCsv(path);
    case 'parquet':
      return readBackParquet(path, 'the file');
    case 'hf':
      return readBackFolder(path);
    case 'nemo-curator':
      return readBackParts(path);
    default:
      return readBackLines(format, path);
  }
}

/** Each line an object that keeps to the format: its keys, their kinds, roles that alternate. */
async function readBackLines(format: Exclude<ExportFormat, 'csv' | 'parquet' | 'hf'>, path: string): Promise<ReadBack> {
  const rules = isTable(format) ? null : TRAINING_FORMATS[format];
  let records = 0;
  for await (const { number, bytes, ended } of readLines(path)) {
    const record = parseJson(bytes?.toString('utf8') ?? '');
    if (!isJsonObject(record)) return { wrong: `line ${number} is no JSON object` };
    if (!ended) return { wrong: `line ${number} has no end` };
    const unfit = rules?.check(record) ?? null;
    if (unfit !== null) return { wrong: `line ${number}: ${unfit.message}` };
    records += 1;
  }
  return { records };
}

/** A header, and rows with as many cells as it has. */
async function readBackCsv(path: string): Promise<ReadBack> {
  let rows = 0;
  const source = createReadStream(path);
  try {
    const { parse: parseCsv } = await import('csv-parse');
    const cells = source.pipe(parseCsv({ bom: false, skip_empty_lines: false, record_delimiter: '\n' }));
    source.on('error', (error) => cells.destroy(error));
    for await (const row of cells) if (Array.isArray(row)) rows += 1;
  } catch (error) {
    return { wrong: messageOf(error) };
  } finally {
    source.destroy();
  }
  // The header is no record; an empty table has none.
  return { records: Math.max(0, rows - 1) };
}

async function readBackParquet(path: string, shown: string): Promise<ReadBack> {
  const { readParquet } = await import('./records/readParquet.ts');
  let records = 0;
  try {
    for await (const record of readParquet({ path, shown }, undefined)) if ('fields' in record) records += 1;
  } catch (error) {
    return { wrong: `${shown}: ${messageOf(error)}` };
  }
  return { records };
}

const cardSchema = z.object({
  license: z.string(),
  configs: z
    .array(z.object({ data_files: z.array(z.object({ split: z.string().regex(/^\w+$/u), path: z.string() })).min(1) }))
    .length(1),
});

/** A card whose front matter names the split files, and these files. */
async function readBackFolder(folder: string): Promise<ReadBack> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  const front = /^---\n(?<yaml>.*?)\n---\n/su.exec(text)?.groups?.['yaml'];
  if (front === undefined) return { wrong: 'README.md has no front matter' };
  const card = cardSchema.safeParse(parseYaml(front));
  if (!card.success) return { wrong: `the front matter of README.md: ${z.prettifyError(card.error)}` };
  let records = 0;
  for (const { path } of card.data.configs.flatMap((config) => config.data_files)) {
    const found = await readBackParquet(join(folder, path), path);
    if ('wrong' in found) return found;
    records += found.records;
  }
  return { records };
}

/** The files of a hand-over, one after the other. */
async function readBackParts(folder: string): Promise<ReadBack> {
  let records = 0;
  for (const part of await partsOf(folder)) {
    const found = await readBackLines('nemo-curator', part);
    if ('wrong' in found) return { wrong: `${basename(part)}: ${found.wrong}` };
    records += found.records;
  }
  return { records };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
