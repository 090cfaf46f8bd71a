import { describeDataset } from '../../core/run/describeDataset.ts';
import { emptySummary, EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import { openSource } from '../openSource.ts';
import type { Given, OptionName } from '../options.ts';
import { statisticsText } from '../statisticsText.ts';
import { UsageError } from '../usage.ts';

export const STATS_OPTIONS: readonly OptionName[] = ['text', 'embedding', 'source'];

/** `openline stats RUN|FILE`: what the records are like, as a report or as JSON. */
export async function statsCommand(given: Given, around: Surroundings): Promise<Result> {
  const [name, second] = given.positionals;
  if (name === undefined)
    throw new UsageError('Of what? Give a JSONL, CSV, TSV or Parquet file, the id of a run, or `latest`');
  if (second !== undefined) throw new UsageError(`One run or file at a time; \`compare\` takes two`);
  const source = await openSource(name, given.text('source'), around);
  const startedAt = performance.now();
  const texts = given.text('text')?.split(',');
  const embedding = given.text('embedding');
  const description = await describeDataset(source, {
    ...(texts === undefined ? {} : { texts: texts.map((field) => field.trim()) }),
    ...(embedding === undefined ? {} : { embeddings: [embedding] }),
    signal: around.stop,
  }).catch((error: unknown) => {
    if (around.stop.aborted) return null;
    throw error;
  });
  if (description === null) {
    return { status: EXIT_STATUS.interrupted, json: { ...emptySummary('interrupted', 'Stopped before the end') } };
  }
  const { records } = description.statistics;
  if (records === 0) around.err.write('Warning: there were no records.\n');
  if (!given.flag('json')) around.out.write(statisticsText(description));
  return {
    status: EXIT_STATUS.done,
    json: {
      ...emptySummary('done', null),
      records,
      seconds: (performance.now() - startedAt) / 1000,
      ...description,
    },
  };
}
