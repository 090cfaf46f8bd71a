import { resolve } from 'node:path';
import { EXPORT_FORMATS, isFolder, type ExportFormat } from '../../core/datasets/formats.ts';
import { unknownName } from '../../core/files/checkValue.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { previewExport, type ExportPreview } from '../../core/run/exportPreview.ts';
import { ExportInterruptedError, exportRecords, type ExportOptions } from '../../core/run/exportRecords.ts';
import type { ExportReport } from '../../core/run/exportTally.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { exportText, mappingText } from '../exportText.ts';
import { openSource } from '../openSource.ts';
import { REVIEW_OPTIONS, reviewOf } from '../reviewOptions.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { exportTemplatesCommand, templatesFolder } from './exportTemplates.ts';
import { counted } from '../counted.ts';

export const EXPORT_OPTIONS: readonly OptionName[] = [
  ...(['format', 'output', 'map', 'source', 'raw', 'license', 'force', 'dry-run'] as const),
  ...REVIEW_OPTIONS,
];

/** `openline export RUN|FILE`: the records in a format for training; of a folder of templates see exportTemplates. */
export async function exportCommand(given: Given, around: Surroundings): Promise<Result> {
  const templates = await templatesFolder(given, around);
  if (templates !== undefined) return exportTemplatesCommand(templates, given, around);
  const format = formatOf(given);
  const dry = given.flag('dry-run');
  const output = given.text('output') ?? (dry ? 'export' : undefined);
  if (output === undefined || output === '') throw new UsageError('Where to? Give the path of the file with --output');
  if (!isFolder(format) && /[\\/]$/u.test(output)) throw new UsageError(`--output: ${output} is a folder; name a file`);
  if (given.flag('raw') && format !== 'csv')
    throw new UsageError('--raw is about CSV; the other formats are raw as they are');
  const license = given.text('license');
  if (license !== undefined && format !== 'hf')
    throw new UsageError('--license goes into the card of --format hf alone');
  const map = mapOf(given);
  const [name, second] = given.positionals;
  if (name === undefined) throw new UsageError('What? Give a JSONL file, the id of a run, or `latest`');
  if (second !== undefined) throw new UsageError(`One run or file at a time; what is ${second}?`);
  const source = await openSource(name, given.text('source'), around);
  const path = resolve(around.cwd, output);
  const review = await reviewOf(given, around.cwd);
  const options: ExportOptions = {
    source,
    format,
    output: path,
    root: await findWorkspaceRoot(path),
    raw: given.flag('raw'),
    force: given.flag('force'),
    version: around.version,
    stop: around.stop,
    ...(map === undefined ? {} : { map }),
    ...(license === undefined ? {} : { license }),
    ...(review === undefined ? {} : { review }),
  };
  const startedAt = performance.now();
  try {
    const preview = await previewExport(options);
    const mapping = mappingText(preview, format);
    if (dry) return dryRun(preview, mapping, given, around);
    around.err.write(mapping);
    const report = await exportRecords(options);
    around.err.write(exportText(report, source, around.cwd));
    if (!given.flag('json')) around.out.write(`${summary(report, format)}\n${shorten(path, around.cwd)}\n`);
    return {
      status: EXIT_STATUS.done,
      json: {
        ...emptySummary('done', null),
        run: source.run,
        records: report.records,
        discarded: discarded(report),
        seconds: (performance.now() - startedAt) / 1000,
        outputs: [path],
        format,
        source: source.path,
        fields: report.fields,
        rejected: report.rejected,
        rejects: report.examples,
        review: report.review,
        validated: report.records,
      },
    };
  } catch (error) {
    if (!(error instanceof ExportInterruptedError)) throw error;
    around.err.write(`${error.message}\n`);
    return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', error.message) } };
  }
}

/** What would be written, and nothing that is. */
function dryRun(preview: ExportPreview, mapping: string, given: Given, around: Surroundings): Result {
  if (!given.flag('json')) around.out.write(`${mapping}${preview.example ?? 'no record fits'}\n`);
  around.err.write('Nothing was written.\n');
  const { looked, fits, fields, example, rejected } = preview;
  return {
    status: EXIT_STATUS.done,
    json: { ...emptySummary('done', null), looked, fits, fields, example, rejected },
  };
}

function formatOf(given: Given): ExportFormat {
  const name = given.text('format');
  if (name === undefined) throw new UsageError(`Which format? Give one with --format: ${EXPORT_FORMATS.join(', ')}`);
  const format = EXPORT_FORMATS.find((candidate) => candidate === name);
  if (format === undefined) throw new UsageError(`--format: ${unknownName(name, EXPORT_FORMATS, 'a format')}`);
  return format;
}

function mapOf(given: Given): Readonly<Record<string, string>> | undefined {
  const entries = given.list('map').map((entry): readonly [string, string] => {
    const split = entry.indexOf('=');
    if (split < 1 || split === entry.length - 1) {
      throw new UsageError(`--map takes field=column, not ${JSON.stringify(entry)}`);
    }
    return [entry.slice(0, split), entry.slice(split + 1)];
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--map: ${twice} is given twice`);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function summary(report: ExportReport, format: ExportFormat): string {
  const count = discarded(report);
  const rejected = count === 0 ? '' : `, ${count} rejected`;
  return `Done: ${counted(report.records, 'record')} as ${format}${rejected}; read back and valid`;
}

function discarded({ rejected }: ExportReport): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}
