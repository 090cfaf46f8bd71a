import { DEFAULT_ENCODING } from '../../core/curate/encodings.ts';
import { compareDatasets, DatasetSide } from '../../core/curate/statistics/compareDatasets.ts';
import { measuredShare } from '../../core/curate/statistics/textStatistics.ts';
import { loadTokenCounter } from '../../core/curate/tokens.ts';
import { fieldsOfFirst } from '../../core/datasets/firstRecord.ts';
import { readRecordLines } from '../../core/datasets/readRecordLines.ts';
import type { ExportSource } from '../../core/run/exportSource.ts';
import { comparisonText } from '../comparisonText.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import { openSource } from '../openSource.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { usualTextOf } from '../usualText.ts';
import { compareTwoRuns, runFolderOf } from './compareRuns.ts';

export const COMPARE_OPTIONS: readonly OptionName[] = ['text', 'label', 'seed', 'output', 'force'];

/** `openline compare A B`: in what two runs differ, or two datasets (which two runs are as well, with --text or --label). */
export async function compareCommand(given: Given, around: Surroundings): Promise<Result> {
  const [one, other, third] = given.positionals;
  if (one === undefined || other === undefined) {
    throw new UsageError('Which two? Give two runs, or two JSONL files, the authentic one first');
  }
  if (third !== undefined) throw new UsageError(`Two at a time; what is ${third}?`);
  if (given.text('text') === undefined && given.text('label') === undefined) {
    const [before, after] = [await runFolderOf(one, around), await runFolderOf(other, around)];
    if (before !== null && after !== null) return compareTwoRuns(given, around, [before, after]);
  }
  if (given.text('output') !== undefined)
    throw new UsageError('--output goes with two runs: it takes their differing records');
  const seed = given.number('seed', 0) ?? 0;
  const label = given.text('label') ?? null;
  const startedAt = performance.now();
  const sources = [await openSource(one, undefined, around), await openSource(other, undefined, around)] as const;
  const fields = await textFields(given.text('text'), sources);
  const counter = await loadTokenCounter(DEFAULT_ENCODING);
  const unreadable: Record<string, number>[] = [];
  const sides: DatasetSide[] = [];
  for (const [index, source] of sources.entries()) {
    const side = new DatasetSide(counter, fields[index] ?? '', label, measuredShare(source.bytes));
    const broken: Record<string, number> = {};
    for await (const entry of readRecordLines(source.path, source)) {
      if (around.stop.aborted) {
        return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', 'Stopped before the end') } };
      }
      if ('fields' in entry) side.add(entry.fields);
      else broken[entry.reason] = (broken[entry.reason] ?? 0) + 1;
    }
    checkSide(side, [one, other][index] ?? '', fields[index] ?? '', label);
    sides.push(side);
    unreadable.push(broken);
  }
  const [first, second] = sides;
  if (first === undefined || second === undefined) throw new Error('two datasets are compared');
  const comparison = compareDatasets(first, second, label !== null, seed);
  if (!given.flag('json')) around.out.write(comparisonText(comparison, [one, other], fields, unreadable));
  return {
    status: EXIT_STATUS.done,
    json: {
      ...emptySummary('done', null),
      records: first.records + second.records,
      seconds: (performance.now() - startedAt) / 1000,
      sources: sources.map(({ path }) => path),
      fields,
      unreadable,
      withoutLabel: label === null ? null : [first.withoutLabel, second.withoutLabel],
      comparison,
    },
  };
}

/** The field with the text of either dataset: one for both, or two with a comma between. */
async function textFields(
  given: string | undefined,
  sources: readonly ExportSource[],
): Promise<readonly [string, string]> {
  const named = given?.split(',').map((name) => name.trim());
  if (named !== undefined && named.length > 2) throw new UsageError('--text takes one field, or two with a comma');
  const [first = '', second = ''] = await Promise.all(
    sources.map(
      async ({ path }, index) => named?.[index] ?? named?.[0] ?? usualTextOf(await fieldsOfFirst(path), path),
    ),
  );
  return [first, second];
}

function checkSide(side: DatasetSide, name: string, field: string, label: string | null): void {
  if (side.records === 0) throw new UsageError(`${name} has no records`);
  if (side.withoutText === side.records) throw new UsageError(`${name}: no record has a text in the field ${field}`);
  if (label !== null && side.withoutLabel === side.records) {
    throw new UsageError(`${name}: no record has a label in the field ${label}`);
  }
}
