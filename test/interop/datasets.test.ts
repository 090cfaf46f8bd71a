/** Dataset folders and Parquet files of the built command, opened by what training code opens them with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { parseJson } from '../../src/core/record/json.ts';
import { makeWorkspace } from '../faults/workspace.ts';
import { environmentProgram } from './support/pythonEnvironment.ts';

const PIPELINE = `openline: 1
steps:
  - id: records
    read: { files: in.jsonl }
  - id: parts
    split: { parts: { train: 0.8, test-set: 0.2 }, by: topic, seed: 1 }
outputs:
  - { path: data/set, format: hf, license: cc-by-4.0 }
  - { path: data/all.parquet, format: parquet }
`;

const records = Array.from({ length: 50 }, (_, number) => ({
  topic: `topic ${Math.floor(number / 5)}`,
  question: `Warum ist 空 blau? 🌊 ${number}`,
  score: number / 4,
  rank: number,
  checked: number % 2 === 0,
  ...(number % 3 === 0 ? { note: 'seldom' } : {}),
  messages: [
    { role: 'user', content: `Q${number}` },
    { role: 'assistant', content: 'A\n"quoted"' },
  ],
  tags: number === 0 ? [] : [`t${number}`],
}));

const row = z.looseObject({ id: z.string(), topic: z.string() });
const openedSchema = z.object({
  splits: z.record(z.string(), z.array(row)),
  features: z.record(z.string(), z.string()),
  parquet: z.array(row),
  types: z.record(z.string(), z.string()),
});

test('datasets.load_dataset and pyarrow read what a pipeline wrote, value by value', async (t) => {
  const cache = mkdtempSync(join(tmpdir(), 'openline-datasets-'));
  const workspace = makeWorkspace('http://127.0.0.1:9/v1', { pipeline: PIPELINE });
  t.after(() => {
    workspace.remove();
    rmSync(cache, { recursive: true, force: true });
  });
  writeFileSync(join(workspace.folder, 'in.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'));
  const run = await workspace.run('run', 'p.openline.yaml');
  assert.equal(run.status, 0, run.stderr);

  const script = join(import.meta.dirname, 'programs/openDatasets.py');
  const paths = ['data/set', 'data/all.parquet'].map((path) => join(workspace.folder, path));
  const opened = spawnSync(environmentProgram('python'), [script, ...paths], {
    encoding: 'utf8',
    // Nothing is looked up on the Hub, and nothing is left behind.
    env: { ...process.env, HF_HUB_OFFLINE: '1', HF_HOME: cache },
  });
  assert.equal(opened.status, 0, opened.stderr);
  const { splits, features, parquet, types } = openedSchema.parse(
    parseJson(opened.stdout.trimEnd().split('\n').at(-1) ?? ''),
  );

  assert.deepEqual(Object.keys(splits).sort(), ['test_set', 'train']);
  const rows = Object.values(splits).flat();
  assert.equal(rows.length, records.length);
  assert.deepEqual(byId(rows), byId(parquet));
  const expected = records.map((record, number) => ({ note: null, ...record, id: String(number) }));
  const withoutSplit = byId(rows).map(({ split: _, ...rest }) => rest);
  assert.deepEqual(withoutSplit, byId(expected));
  // Records of a topic stand together.
  const topicsOf = (split: string): string[] => (splits[split] ?? []).map(({ topic }) => topic);
  const held = new Set(topicsOf('test_set'));
  assert.ok(held.size > 0 && topicsOf('train').every((topic) => !held.has(topic)));
  assert.match(features['score'] ?? '', /float64/u);
  assert.match(features['rank'] ?? '', /int64/u);
  assert.match(features['checked'] ?? '', /bool/u);
  assert.equal(types['question'], 'string');
  assert.match(types['messages'] ?? '', /^list<.*struct<role: string.*, content: string/u);
});

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return [...rows].sort((one, other) => Number(one.id) - Number(other.id));
}
