import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LineFile } from './lineFile.ts';
import { OutputResults } from './outputResults.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-results-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const line = (id: number): string =>
  `${JSON.stringify({ id: String(id), prompt: `What is ${id}?`, tags: ['x', id] })}\n`;

test('only complete lines count, and what is appended is found', async () => {
  const path = join(folder, 'a.partial');
  await writeFile(path, 'eins\nzwei ü\nhalb');
  const file = new LineFile();
  assert.equal(await file.update(path), false);
  assert.equal(file.count, 2);
  assert.deepEqual(await file.lines(0, 10), ['eins', 'zwei ü']);
  await appendFile(path, ' fertig\n\n');
  await file.update(path);
  assert.deepEqual(await file.lines(1, 3), ['zwei ü', 'halb fertig', '']);
});

test('a file that is renamed into place keeps its index, one that is written anew loses it', async () => {
  const partial = join(folder, 'a.partial');
  const final = join(folder, 'a.jsonl');
  await writeFile(partial, 'a\nb\n');
  const file = new LineFile();
  await file.update(partial);
  await rename(partial, final);
  assert.equal(await file.update(final), false);
  assert.deepEqual(await file.lines(0, 5), ['a', 'b']);
  await writeFile(final, 'c\n');
  assert.equal(await file.update(final), true);
  assert.deepEqual(await file.lines(0, 5), ['c']);
});

test('many lines over several chunks', async () => {
  const path = join(folder, 'many');
  const texts = Array.from({ length: 30_000 }, (_, index) => `${index} ${'x'.repeat(index % 97)}`);
  await writeFile(path, texts.map((text) => `${text}\n`).join(''));
  const file = new LineFile();
  await file.update(path);
  assert.equal(file.count, texts.length);
  assert.deepEqual(await file.lines(29_990, 100), texts.slice(29_990));
  assert.deepEqual(await file.lines(17_000, 3), texts.slice(17_000, 17_003));
});

const all = { source: 'out', query: '', where: {} };

function resultsOf(path: string) {
  const told: number[] = [];
  const results = new OutputResults(
    'out',
    () => Promise.resolve(path),
    (counts) => told.push(counts.matched),
  );
  return { results, told };
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
  assert.equal((await results.record(2)).broken, 'broken');
  assert.deepEqual((await results.record(1)).fields, { id: '1', prompt: 'a\n b', extra: null });
  await assert.rejects(results.record(3), RangeError);
});

test('a search finds values, not the names of fields, and goes on with what arrives', async () => {
  const path = join(folder, 'a.jsonl');
  await writeFile(path, Array.from({ length: 1200 }, (_, index) => line(index)).join(''));
  const { results } = resultsOf(path);
  await results.update();
  const found = async (query: string): Promise<number[]> => {
    await results.page({ ...all, query }, 0, 10);
    while (results.counts.searching) await new Promise(setImmediate);
    return (await results.page({ ...all, query }, 0, 500)).rows.map((row) => row.line);
  };
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
  const lines = async (where: Record<string, string>, query = ''): Promise<number[]> => {
    await results.page({ ...all, query, where }, 0, 10);
    while (results.counts.searching) await new Promise(setImmediate);
    return (await results.page({ ...all, query, where }, 0, 10)).rows.map((row) => row.line);
  };
  assert.deepEqual(await lines({ reason: 'empty' }), [0, 2]);
  assert.deepEqual(await lines({ reason: 'empty', step: 'b' }), [2]);
  assert.deepEqual(await lines({ step: 'a' }, 'LIST'), [1]);
  assert.deepEqual(await lines({}), [0, 1, 2, 3]);
});
