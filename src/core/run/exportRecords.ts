/** Brings the records of a JSONL file into another format: streaming, whole or not at all, nothing lost silently. */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import type { FieldMap, RecordWriter } from '../datasets/formats/format.ts';
import { mapProblem, openWriter } from '../datasets/formats/openWriter.ts';
import { isFolder, isTable, type ExportFormat } from '../datasets/formats.ts';
import type { DatasetFacts } from '../datasets/packed/huggingFace.ts';
import { writeHandOver, type HandOver } from '../datasets/packed/handOver.ts';
import { isPacked, pack } from '../datasets/packed/pack.ts';
import { readBack } from '../datasets/readBack.ts';
import { unknownName } from '../files/checkValue.ts';
import { InvalidInputError, OpenlineError } from '../errors.ts';
import type { Key } from '../record/key.ts';
import { BACKLOG_LIMIT } from './flow.ts';
import { ExportTally, type ExportReport } from './exportTally.ts';
import { ReviewedLines, type ExportReview } from './exportReview.ts';
import type { ExportedLine } from './readExported.ts';
import type { ExportSource } from './exportSource.ts';
import { SAMPLE_NOTE } from './card.ts';
import { contentHash, ForeignOutputError, isReplaceable, moveIntoPlace, writeCard } from './output.ts';
import { OPENLINE_FOLDER } from './runFolder.ts';
import { TextFile } from './textFile.ts';

/** Fields that a CSV finds in its records by itself, at the most; more are no table. */
const MOST_COLUMNS = 1000;

export interface ExportOptions {
  readonly source: ExportSource;
  readonly format: ExportFormat;
  /** Absolute path of the file, or the folder, to write. */
  readonly output: string;
  /** Folder that holds `.openline`. */
  readonly root: string;
  /** Fields of the format that are taken from other fields than the usual ones; of tables the columns there are. */
  readonly map?: FieldMap;
  /** CSV without the protection against formulas. */
  readonly raw?: boolean;
  /** hf: the licence that its card states. */
  readonly license?: string;
  /** What people decided about the records. */
  readonly review?: ExportReview;
  /** Overwrite a file that Openline did not make. */
  readonly force?: boolean;
  /** The output is the source: it is replaced by what is written. Its card stays, so that it counts as changed by hand. */
  readonly inPlace?: boolean;
  /** Version of Openline, for the card. */
  readonly version: string;
  readonly stop?: AbortSignal;
}

/** Somebody asked for an end; nothing was written. */
export class ExportInterruptedError extends OpenlineError {
  constructor() {
    super('Interrupted; nothing was written');
  }
}

/** What was written does not read back as it should: a mistake of Openline or of the disk. Nothing was put in place. */
export class ExportDamagedError extends OpenlineError {
  constructor(output: string, format: ExportFormat, wrong: string) {
    super(
      `What was written for ${output} is no ${format} that can be read back: ${wrong}. Nothing was put in place; please report it, with the record if you may`,
    );
  }
}

/**
 * Writes the records of a file in a format, reads them back, and puts them in their place with a card beside them.
 *
 * @throws InvalidInputError when format, map or path are wrong, or none of the records fits; ForeignOutputError when
 *   something stands at the path that Openline did not write; ExportDamagedError; ExportInterruptedError
 */
export async function exportRecords(options: ExportOptions): Promise<ExportReport> {
  const { source, format, output, map } = options;
  checkMap(format, map);
  await checkPlace(options);
  const lines = new ReviewedLines(source, options.review);
  const writer = await writerFor(options, lines);
  const tally = new ExportTally(isTable(format) ? Object.values(map ?? {}) : []);
  await mkdir(dirname(output), { recursive: true });
  const beside = `${output}.${randomBytes(4).toString('hex')}.tmp`;
  const packed = `${beside}.packed`;
  const text = await TextFile.create(beside, { hashed: true });
  let sha256: string;
  try {
    try {
      await writeAll(lines, options, writer, text, tally);
    } finally {
      sha256 = await text.close();
    }
    lines.checkUsed();
    if (tally.records === 0 && tally.discarded > 0) throw nothingFits(format, tally);
    checkColumns(tally);
    if (format === 'nemo-curator') await writeHandOver(beside, packed, await originOf(options, tally.records));
    else if (isPacked(format)) await pack(format, beside, packed, factsOf(options));
    const written = isPacked(format) || isFolder(format) ? packed : beside;
    if (written === packed) sha256 = await contentHash(packed);
    await checkWritten(written, output, format, tally.records);
    // Something may have come in the way meanwhile.
    await checkPlace(options);
    if (options.inPlace === true) await checkUnchanged(source);
    await moveIntoPlace(written, output);
  } finally {
    await Promise.all([beside, packed].map((path) => rm(path, { recursive: true, force: true })));
  }
  if (options.inPlace !== true) await writeExportCard(options, sha256, tally, lines);
  return tally.report(lines.report());
}

async function writeExportCard(
  { source, format, output, map, raw = false, review, version }: ExportOptions,
  sha256: string,
  tally: ExportTally,
  lines: ReviewedLines,
): Promise<void> {
  await writeCard(output, {
    openline: 1,
    version,
    sha256,
    records: tally.records,
    ...(source.sample ? { sample: true, note: SAMPLE_NOTE } : {}),
    export: {
      run: source.run,
      source: relative(dirname(output), source.path).split('\\').join('/'),
      format,
      map: map ?? null,
      ...(raw ? { raw } : {}),
      ...(review === undefined ? {} : { review: { ...lines.report(), ...review.policy } }),
      fields: tally.fields(),
      rejected: tally.rejected(),
    },
  });
}

/** @throws InvalidInputError when somebody has written to the file that is about to be replaced */
async function checkUnchanged({ path, bytes }: ExportSource): Promise<void> {
  const found = await stat(path);
  if (found.size === bytes) return;
  const message = `${basename(path)} was written to meanwhile; nothing was replaced. Try again when it is complete`;
  throw InvalidInputError.of('changed-meanwhile', message);
}

/** @throws InvalidInputError when a map does not fit the format */
export function checkMap(format: ExportFormat, map: FieldMap | undefined): void {
  const problem = map === undefined ? null : mapProblem(format, map);
  if (problem !== null) throw InvalidInputError.of('unknown-map', `--map: ${problem}`);
}

/** The file as its readers will see it: as many records as were written, each within the rules. */
async function checkWritten(written: string, output: string, format: ExportFormat, records: number): Promise<void> {
  const found = await readBack(format, written);
  if ('wrong' in found) throw new ExportDamagedError(output, format, found.wrong);
  if (found.records === records) return;
  throw new ExportDamagedError(output, format, `${records} records were written, ${found.records} read`);
}

/** Which records were handed over, for those who bring back what is left of them. */
async function originOf({ source, output }: ExportOptions, records: number): Promise<HandOver> {
  const dataset = relative(output, source.path).split(sep).join('/');
  return { openline: 1, run: source.run, dataset, sha256: await contentHash(source.path), records };
}

function factsOf({ source, output, license }: ExportOptions): DatasetFacts {
  const made = source.run === null ? [] : [`Made with Openline, run \`${source.run}\`.`];
  return { name: basename(output), license: license ?? null, splitField: 'split', story: made, sample: source.sample };
}

/** Lines as they come; null: a line is copied as it stands. */
export async function writerFor(
  { format, map, raw = false, stop }: ExportOptions,
  lines: ReviewedLines,
): Promise<RecordWriter | null> {
  if (map !== undefined || !isTable(format)) return openWriter(format, { map, raw });
  if (format !== 'csv') return null;
  const columns = new Set<string>();
  for await (const line of lines.read()) {
    throwIfStopped(stop);
    for (const name of line.fields === null ? [] : Object.keys(line.fields)) columns.add(name);
    if (columns.size > MOST_COLUMNS) {
      const message = `the records have more than ${MOST_COLUMNS} different fields; name the columns with --map name=field`;
      throw InvalidInputError.of('too-many-columns', message);
    }
  }
  // A file without records is a table without columns, which is an empty file.
  return columns.size === 0 ? null : openWriter(format, { columns: [...columns], raw });
}

async function writeAll(
  lines: ReviewedLines,
  { format, stop }: ExportOptions,
  writer: RecordWriter | null,
  text: TextFile,
  tally: ExportTally,
): Promise<void> {
  if (writer !== null && writer.header !== null) text.write(`${writer.header}\n`);
  let index = 0;
  for await (const line of lines.read()) {
    throwIfStopped(stop);
    writeOne(line, keyOf(format, index), writer, text, tally);
    index += 1;
    if (text.backlog > BACKLOG_LIMIT) await text.flush();
  }
}

/** By its number a record without an id of its own is known to a review; other formats write none. */
export function keyOf(format: ExportFormat, index: number): Key | null {
  return format === 'nemo-curator' ? [index] : null;
}

function writeOne(
  line: ExportedLine,
  key: Key | null,
  writer: RecordWriter | null,
  text: TextFile,
  tally: ExportTally,
): void {
  if (line.fields === null) {
    tally.reject({ line: line.number, reason: line.reason, message: line.message });
    return;
  }
  tally.saw(line.fields);
  if (writer === null) {
    tally.wrote({});
    text.write(`${line.text}\n`);
    return;
  }
  const written = writer.write(line.fields, key);
  if (written.line === null) {
    tally.reject({ line: line.number, reason: written.reason, message: written.message });
    return;
  }
  tally.wrote(written.from);
  text.write(`${written.line}\n`);
}

function throwIfStopped(stop: AbortSignal | undefined): void {
  if (stop?.aborted === true) throw new ExportInterruptedError();
}

async function checkPlace({ source, format, output, root, force, inPlace }: ExportOptions): Promise<void> {
  const shown = basename(output);
  const [first] = relative(root, output).split(/[\\/]/u);
  if (first === '.git' || first === '.openline') {
    throw InvalidInputError.of(
      'reserved-path',
      `--output: ${shown} is in the folder ${first}, which is not for outputs`,
    );
  }
  if (format === 'nemo-curator') checkHandedOver(source);
  const [there, read] = await Promise.all([stat(output).catch(() => undefined), stat(source.path)]);
  if (there === undefined) return;
  if (there.isDirectory() && !isFolder(format)) {
    throw InvalidInputError.of('is-folder', `--output: ${output} is a folder; name a file`);
  }
  if (!there.isFile() && !there.isDirectory())
    throw InvalidInputError.of('not-a-file', `--output: ${output} is not a file`);
  if (inPlace !== true && there.ino === read.ino && there.dev === read.dev) {
    throw InvalidInputError.of('output-is-input', `--output: ${output} is what is exported; it would be overwritten`);
  }
  if (force !== true && !(await isReplaceable(output, root))) throw new ForeignOutputError(output);
}

/** What comes back is a review of the dataset, which has to be complete and where reviews are looked for. */
function checkHandedOver({ path, growing, run }: ExportSource): void {
  if (!growing && !path.split(sep).includes(OPENLINE_FOLDER)) return;
  const why = growing
    ? 'is not complete yet; resume it first'
    : 'has been replaced by a later one; run its pipeline again';
  throw InvalidInputError.of('not-in-place', `The output of run ${run ?? path} ${why}`);
}

/** A column that no record has is a slip of the pen, not a table with a hole. */
function checkColumns({ records, missing, seen }: ExportTally): void {
  const [column] = missing;
  if (records === 0 || column === undefined) return;
  throw InvalidInputError.of('unknown-field', `--map: ${unknownName(column, seen, 'a field that any record has')}`);
}

/** Not one record: the file or the map is wrong, not the records. */
function nothingFits(format: ExportFormat, tally: ExportTally): InvalidInputError {
  const reasons = Object.entries(tally.rejected()).map(([reason, count]) => `${count} ${reason}`);
  const [first] = tally.report().examples;
  const example = first === undefined ? '' : `. Line ${first.line}: ${first.message}`;
  const seen =
    tally.seen.length === 0 ? '' : `. The records have ${tally.seen.join(', ')}; --map field=column names other fields`;
  return InvalidInputError.of(
    'nothing-fits',
    `None of the ${tally.discarded} records fits ${format} (${reasons.join(', ')})${example}${seen}. Nothing was written`,
  );
}
