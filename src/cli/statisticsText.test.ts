import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordStatistics } from '../core/curate/statistics/recordStatistics.ts';
import { statisticsText } from './statisticsText.ts';

/** The lines of the histogram of a field, without the bars. */
function histogramOf(values: readonly number[]): readonly string[] {
  const statistics = new RecordStatistics(null, null);
  for (const score of values) statistics.add({ score });
  const description = { source: 'a.jsonl', run: null, unreadable: {}, steps: [], lostTopics: {}, charts: null };
  return statisticsText({ ...description, statistics: statistics.summary() })
    .split('\n')
    .filter((line) => line.includes('█'))
    .map((line) => line.replaceAll(/[█\s]+/gu, ' ').trim());
}

test('a histogram has a line for each of few values, and for two bins of many', () => {
  assert.deepEqual(histogramOf([1, 1.5, 2, 2]), ['1 1', '1.5 1', '2 2']);
  const many = histogramOf(Array.from({ length: 100 }, (_, at) => at + 1));
  assert.deepEqual([many.length, many[0], many.at(-1)], [10, '1 … 10 10', '91 … 100 10']);
});
