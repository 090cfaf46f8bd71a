import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parquetReadObjects } from 'hyparquet';
import { pack } from './pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'openline-pack-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const FACTS = { name: 'demo', license: 'cc-by-4.0', splitField: 'split', story: ['How it was made.'], sample: true };

function lines(name: string, records: readonly object[]): string {
  const path = join(folder, name);
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

async function read(path: string): Promise<Record<string, unknown>[]> {
  const bytes = readFileSync(path);
  return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}

test('values keep their kind in Parquet; what a record lacks is null, what has nothing in common is JSON', async () => {
  const messages = [
    { role: 'user', content: 'Ça va? 😀' },
    { role: 'assistant', content: 'Yes' },
  ];
  const source = lines('kinds.jsonl', [
    { id: '0', messages, score: 1, exact: 7, flag: true, odd: 'text', tags: [], empty: {}, nothing: null },
    { id: '1', messages: [], score: 0.5, exact: -9007199254740991, flag: false, odd: { a: 1 }, tags: ['x', null] },
    { id: '2', score: null, late: 'new', odd: 3 },
  ]);
  const target = join(folder, 'kinds.parquet');
  await pack('parquet', source, target, FACTS);
  const [first = {}, second = {}, third = {}] = await read(target);
  assert.deepEqual(first['messages'], messages);
  assert.deepEqual(first['score'], 1);
  assert.deepEqual(second['exact'], -9007199254740991n);
  assert.deepEqual([first['flag'], second['flag'], third['flag'] ?? null], [true, false, null]);
  assert.deepEqual([first['odd'], second['odd'], third['odd']], ['"text"', '{"a":1}', '3']);
  assert.deepEqual([first['tags'], second['tags']], [[], ['x', null]]);
  assert.equal(first['empty'], '{}');
  assert.equal(third['late'], 'new');
  assert.equal(first['nothing'] ?? null, null);
});

test('no record at all is a file without rows', async () => {
  const target = join(folder, 'none.parquet');
  await pack('parquet', lines('none.jsonl', []), target, FACTS);
  assert.deepEqual(await read(target), []);
});

test('the same records give the same bytes', async () => {
  const source = lines(
    'same.jsonl',
    Array.from({ length: 3000 }, (_, n) => ({ id: String(n), text: `Text ${n}` })),
  );
  const targets = ['a.parquet', 'b.parquet'].map((name) => join(folder, name));
  for (const target of targets) await pack('parquet', source, target, FACTS);
  const [a, b] = targets.map((target) => readFileSync(target));
  assert.ok(a !== undefined && b !== undefined && a.equals(b));
});

test('a dataset folder has a file for each split and a card that says which is which', async () => {
  const source = lines('splits.jsonl', [
    { id: '0', text: 'a', split: 'train' },
    { id: '1', text: 'b', split: 'test' },
    { id: '2', text: 'c', split: '../../evil' },
  ]);
  const target = join(folder, 'dataset');
  await pack('hf', source, target, FACTS);
  assert.equal((await read(join(target, 'data/train.parquet'))).length, 2);
  assert.equal((await read(join(target, 'data/test.parquet'))).length, 1);
  const card = readFileSync(join(target, 'README.md'), 'utf8');
  assert.match(card, /^---\nlicense: cc-by-4\.0\n/u);
  assert.match(card, /- split: test\n\s+path: data\/test\.parquet/u);
  assert.match(card, /\| train \| 2 \|/u);
  assert.match(card, /placeholders, not the output of a model/u);
});
