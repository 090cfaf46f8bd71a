import { resolve } from 'node:path';
import { OUTPUT_FORMATS, type OutputFormat } from '../../core/datasets/formats.ts';
import { unknownName } from '../../core/files/checkValue.ts';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import { ExportInterruptedError, exportRecords } from '../../core/run/exportRecords.ts';
import type { ExportReport } from '../../core/run/exportTally.ts';
import type { ExportSource } from '../../core/run/exportSource.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { openSource } from '../openSource.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { exportTemplatesCommand, templatesFolder } from './exportTemplates.ts';

export const EXPORT_OPTIONS: readonly OptionName[] = ['format', 'output', 'map', 'source', 'raw', 'license', 'force'];

/** Rejects that are shown one by one. */
const SHOWN_REJECTS = 5;

/** `openline export RUN|FILE`: the records in a format for training; of a folder of templates see exportTemplates. */
export async function exportCommand(given: Given, around: Surroundings): Promise<Result> {
  const templates = await templatesFolder(given, around);
  if (templates !== undefined) return exportTemplatesCommand(templates, given, around);
  const format = formatOf(given);
  const output = given.text('output');
  if (output === undefined || output === '') throw new UsageError('Where to? Give the path of the file with --output');
  if (format !== 'hf' && /[\\/]$/u.test(output)) throw new UsageError(`--output: ${output} is a folder; name a file`);
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
  const startedAt = performance.now();
  try {
    const report = await exportRecords({
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
    });
    around.err.write(describe(report, source, around.cwd));
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
      },
    };
  } catch (error) {
    if (!(error instanceof ExportInterruptedError)) throw error;
    around.err.write(`${error.message}\n`);
    return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', error.message) } };
  }
}

function formatOf(given: Given): OutputFormat {
  const name = given.text('format');
  if (name === undefined) throw new UsageError(`Which format? Give one with --format: ${OUTPUT_FORMATS.join(', ')}`);
  const format = OUTPUT_FORMATS.find((candidate) => candidate === name);
  if (format === undefined) throw new UsageError(`--format: ${unknownName(name, OUTPUT_FORMATS, 'a format')}`);
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

function summary(report: ExportReport, format: OutputFormat): string {
  const count = discarded(report);
  const rejected = count === 0 ? '' : `, ${count} rejected`;
  return `Done: ${report.records} records as ${format}${rejected}`;
}

/** The fields that were used, and what did not fit: for standard error. */
function describe(report: ExportReport, source: ExportSource, cwd: string): string {
  const lines = Object.entries(report.fields).map(([field, columns]) => {
    const names = Object.entries(columns);
    const from = names.map(([column, count]) => (names.length === 1 ? column : `${column} (${count})`));
    return `  ${field} ← ${from.join(', ')}`;
  });
  lines.unshift(lines.length === 0 ? 'fields: all as they are' : 'fields:');
  for (const [reason, count] of Object.entries(report.rejected)) lines.push(`rejected: ${count} ${reason}`);
  for (const { line, reason, message } of report.examples.slice(0, SHOWN_REJECTS)) {
    lines.push(`  ${shorten(source.path, cwd)}:${line}: ${reason}: ${message}`);
  }
  if (report.records === 0) lines.push('Warning: there were no records.');
  return `${lines.join('\n')}\n`;
}

function discarded({ rejected }: ExportReport): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}
