import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { RunEntry, RunOutput } from '../runs/runEntry.ts';
import { findOutput } from './findOutput.ts';

let folder: string;
let output: RunOutput;
let entry: RunEntry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-output-'));
  await mkdir(join(folder, 'outputs'));
  output = { name: 'chat', shown: 'chat.jsonl', path: join(folder, 'chat.jsonl'), records: 1, complete: true };
  entry = {
    run: 'r1',
    folder,
    mode: 'run',
    state: 'done',
    stop: null,
    owner: 'nobody',
    pipeline: { file: join(folder, 'p.openline.yaml'), name: 'p', recipe: null },
    startedAt: 0,
    finishedAt: 1,
    records: 1,
    discarded: 0,
    outputs: [output],
    totals: {
      records: 1,
      discarded: 0,
      requests: 1,
      reused: 0,
      tokens: { prompt: 0, completion: 0 },
      cost: null,
      seconds: 1,
    },
    error: null,
    hasFailures: false,
    snapshot: null,
  };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const card = (run: string): Promise<void> =>
  writeFile(`${output.path}.card.json`, JSON.stringify({ openline: 1, run }));

test('a finished run shows its file as long as the card says that it is its own', async () => {
  await writeFile(output.path, '{}\n');
  await card('r1');
  assert.deepEqual(await findOutput(entry, output), { path: output.path });
  await card('r2');
  assert.deepEqual(await findOutput(entry, output), { absent: 'replaced' });
  await rm(output.path);
  assert.deepEqual(await findOutput(entry, output), { absent: 'gone' });
});

test('a run whose file was replaced shows the records that are kept in its folder', async () => {
  await writeFile(output.path, '{}\n');
  await card('r2');
  const kept = join(folder, 'outputs', 'chat.kept.jsonl');
  await writeFile(kept, '{}\n');
  assert.deepEqual(await findOutput(entry, output), { path: kept });
});

test('a run that is not finished shows what it has written so far', async () => {
  const unfinished: RunOutput = { ...output, complete: false };
  assert.deepEqual(await findOutput(entry, unfinished), { absent: 'none' });
  const partial = join(folder, 'outputs', 'chat.partial');
  await writeFile(partial, '');
  assert.deepEqual(await findOutput(entry, unfinished), { path: partial });
});

test('a preview shows the file inside its own folder', async () => {
  const path = join(folder, 'outputs', 'chat.jsonl');
  await writeFile(path, '{}\n');
  assert.deepEqual(await findOutput({ ...entry, mode: 'preview' }, { ...output, complete: false }), { path });
});
