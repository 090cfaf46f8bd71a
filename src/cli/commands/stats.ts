import { DEFAULT_ENCODING } from '../../core/curate/encodings.ts';
import { RecordStatistics } from '../../core/curate/statistics/recordStatistics.ts';
import { measuredShare } from '../../core/curate/statistics/textStatistics.ts';
import { loadTokenCounter } from '../../core/curate/tokens.ts';
import { readRecordLines } from '../../core/datasets/readRecordLines.ts';
import { rejectedTopics, rejectStatistics, type StepRejects } from '../../core/run/rejectStatistics.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import { openSource } from '../openSource.ts';
import type { Given, OptionName } from '../options.ts';
import { statisticsText } from '../statisticsText.ts';
import { UsageError } from '../usage.ts';

export const STATS_OPTIONS: readonly OptionName[] = ['text', 'embedding', 'source'];

/** `openline stats RUN|FILE`: what the records are like, as a report or as JSON. */
export async function statsCommand(given: Given, around: Surroundings): Promise<Result> {
  const [name, second] = given.positionals;
  if (name === undefined) throw new UsageError('Of what? Give a JSONL file, the id of a run, or `latest`');
  if (second !== undefined) throw new UsageError(`One run or file at a time; \`compare\` takes two`);
  const source = await openSource(name, given.text('source'), around);
  const startedAt = performance.now();
  const only = given.text('text');
  const embedding = given.text('embedding');
  const embeddings = embedding === undefined ? [] : [embedding];
  const statistics = new RecordStatistics(
    await loadTokenCounter(DEFAULT_ENCODING),
    only === undefined ? null : only.split(',').map((field) => field.trim()),
    { embeddings, share: measuredShare(source.bytes) },
  );
  const unreadable: Record<string, number> = {};
  for await (const entry of readRecordLines(source.path, source)) {
    if (around.stop.aborted) return interrupted();
    if ('fields' in entry) statistics.add(entry.fields);
    else unreadable[entry.reason] = (unreadable[entry.reason] ?? 0) + 1;
  }
  const summary = statistics.summary();
  const { folder } = source;
  const steps: readonly StepRejects[] = folder === null ? [] : await rejectStatistics(folder);
  const lostTopics: Record<string, readonly string[]> = {};
  for (const [field, topics] of folder === null ? [] : await rejectedTopics(folder)) {
    lostTopics[field] = [...topics].filter((topic) => !statistics.hasTopic(field, topic)).sort();
  }
  const wanted = only?.split(',').find((field) => summary.texts[field.trim()] === undefined);
  if (wanted !== undefined && summary.records > 0) {
    const there = Object.keys(summary.fields).join(', ');
    throw new UsageError(`--text: no record has a text in ${wanted.trim()}; they have ${there}`);
  }
  if (embedding !== undefined && summary.records > 0 && (summary.embeddings[embedding]?.embeddings ?? 0) === 0) {
    const { missing = 0, unusable = 0 } = summary.embeddings[embedding] ?? {};
    const why = `${missing} records have no such field, in ${unusable} it is no list of numbers`;
    throw new UsageError(
      `--embedding: no record has an embedding in ${embedding}; ${why}. An \`embed\` step makes them`,
    );
  }
  const warning = summary.records === 0 ? 'Warning: there were no records.\n' : '';
  around.err.write(warning);
  if (!given.flag('json')) around.out.write(statisticsText(summary, { unreadable, steps, lostTopics }));
  return {
    status: EXIT_STATUS.done,
    json: {
      ...emptySummary('done', null),
      run: source.run,
      records: summary.records,
      seconds: (performance.now() - startedAt) / 1000,
      source: source.path,
      unreadable,
      statistics: summary,
      steps,
      lostTopics,
    },
  };
}

function interrupted(): Result {
  return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', 'Stopped before the end') } };
}
