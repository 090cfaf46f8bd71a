import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { ResultView } from '../../protocol/studio.ts';
import { wholeView } from '../../protocol/studio.ts';
import { OutputResults } from './outputResults.ts';

let folder: string;
const opened: OutputResults[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-results-'));
});
afterEach(async () => {
  for (const results of opened.splice(0)) results.dispose();
  await rm(folder, { recursive: true });
});

const line = (id: number): string =>
  `${JSON.stringify({ id: String(id), prompt: `What is ${id}?`, tags: ['x', id] })}\n`;

const all = wholeView('out');

function resultsOf(path: string) {
  const results = new OutputResults({
    source: 'out',
    worker: new URL('../datasets/datasetWorker.ts', import.meta.url),
    locate: () => Promise.resolve(path),
    dataset: () => join(folder, 'data', 'final.jsonl'),
    onChange: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  opened.push(results);
  return { results };
}

/** Asks until the search is over. */
async function searched(results: OutputResults, view: ResultView): Promise<readonly number[]> {
  for (;;) {
    const page = await results.page(view, 0, 500);
    if (!page.counts.searching) return page.rows.map((row) => row.line);
    await new Promise(setImmediate);
  }
}

test('a page has the columns of the records and their beginnings on one line', async () => {
  const path = join(folder, 'a.jsonl');
  await writeFile(path, `${line(0)}${JSON.stringify({ id: '1', prompt: 'a\n b', extra: null })}\nbroken\n`);
  const { results } = resultsOf(path);
  await results.update();
  const page = await results.page(all, 0, 10);
  assert.deepEqual(page.columns, ['id', 'prompt', 'tags', 'extra']);
  assert.deepEqual(page.rows[0]?.cells, ['0', 'What is 0?', '["x",0]', null]);
  assert.deepEqual(page.rows[1]?.cells, ['1', 'a b', null, 'null']);
  assert.deepEqual(page.rows[2]?.cells, ['broken', null, null, null]);
  const broken = await results.record(2);
  assert.deepEqual([broken.text, broken.broken], ['broken', 'not-json']);
  assert.equal((await results.record(1)).text, JSON.stringify({ id: '1', prompt: 'a\n b', extra: null }));
  await assert.rejects(results.record(3), /no line 4/u);
});

test('a search finds values, not the names of fields, and goes on with what arrives', async () => {
  const path = join(folder, 'a.jsonl');
  await writeFile(path, Array.from({ length: 1200 }, (_, index) => line(index)).join(''));
  const { results } = resultsOf(path);
  await results.update();
  const found = (query: string) => searched(results, { ...all, query });
  assert.deepEqual(await found('IS 117'), [117, ...Array.from({ length: 10 }, (_, index) => 1170 + index)]);
  assert.deepEqual(await found('prompt'), []);
  assert.equal((await found('is 1199?')).length, 1);
  await appendFile(path, `${JSON.stringify({ id: 'new', prompt: 'It is 1199? Yes' })}\n`);
  await results.update();
  assert.deepEqual(await found('is 1199?'), [1199, 1200]);
  assert.equal((await found('')).length, 500);
});

test('a view of certain values shows the records that have just those', async () => {
  const path = join(folder, 'rejects.jsonl');
  const reject = (step: string, reason: string): string => `${JSON.stringify({ id: '0', step, reason })}\n`;
  await writeFile(path, [reject('a', 'empty'), reject('a', 'empty list'), reject('b', 'empty'), 'broken\n'].join(''));
  const { results } = resultsOf(path);
  await results.update();
  const lines = (where: Record<string, string>, query = '') => searched(results, { ...all, query, where });
  assert.deepEqual(await lines({ reason: 'empty' }), [0, 2]);
  assert.deepEqual(await lines({ reason: 'empty', step: 'b' }), [2]);
  assert.deepEqual(await lines({ step: 'a' }, 'LIST'), [1]);
  assert.deepEqual(await lines({}), [0, 1, 2, 3]);
});

test('what is decided about records is in the review of the dataset they will be in, and can be filtered by', async () => {
  const path = join(folder, 'x.partial');
  await writeFile(path, [0, 1, 2].map(line).join(''));
  const { results } = resultsOf(path);
  await results.update();
  await results.decide(1, { verdict: 'reject' });
  assert.match(await readFile(join(folder, 'data', 'final.review.jsonl'), 'utf8'), /"id":"1","verdict":"reject"/u);
  assert.deepEqual(await searched(results, { ...all, decision: 'rejected' }), [1]);
  assert.equal((await results.page(all, 0, 10)).rows[1]?.review?.verdict, 'reject');
  while (results.counts.review?.tally.rejected !== 1) await new Promise(setImmediate);
  await results.undo();
  assert.deepEqual(await searched(results, { ...all, decision: 'undecided' }), [0, 1, 2]);
});
