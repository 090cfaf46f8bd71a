import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describeDataset, type DatasetDescription } from './describeDataset.ts';
import { fileSource } from './exportSource.ts';
import { keptDescription } from './keptStatistics.ts';

const root = await mkdtemp(join(tmpdir(), 'openline-kept-statistics-'));
after(() => rm(root, { recursive: true, force: true }));

/** Looks at an output of so many records, and counts how often it is measured. */
async function look(folder: string, records: number) {
  await mkdir(join(root, folder, 'outputs'), { recursive: true });
  const path = join(root, folder, 'data.jsonl');
  await writeFile(
    path,
    `${JSON.stringify({ score: 0.5, padding: Array.from({ length: 200 }, () => null) })}\n`.repeat(records),
  );
  let measured = 0;
  const again = async (version = '1', growing = false): Promise<DatasetDescription> => {
    const source = { ...(await fileSource(path, path)), folder: join(root, folder), output: 'data', run: 'r', growing };
    return keptDescription(source, version, () => {
      measured += 1;
      return describeDataset({ ...source, folder: null }, { charts: true });
    });
  };
  return { path, again, times: () => measured };
}

test('a large output of a run is measured once, until it or what measures it is another', async () => {
  const { path, again, times } = await look('large', 5000);
  const first = await again();
  const second = await again();
  assert.deepEqual(second, JSON.parse(JSON.stringify(first)));
  assert.equal(second.statistics.records, 5000);
  assert.equal(times(), 1);
  await appendFile(path, '{"text":"one more"}\n');
  assert.equal((await again()).statistics.records, 5001);
  await writeFile(join(root, 'large', 'rejects.jsonl'), '');
  await again();
  await again('2');
  assert.equal(times(), 4);
  await writeFile(join(root, 'large', 'outputs', 'data.statistics.json'), '{"of":');
  await again('2');
  assert.equal(times(), 5, 'what is broken is not taken');
});

test('a small output, and one that grows, leaves nothing behind', async () => {
  const small = await look('small', 10);
  await small.again();
  await small.again();
  assert.equal(small.times(), 2);
  const growing = await look('growing', 5000);
  await growing.again('1', true);
  assert.deepEqual(await readdir(join(root, 'small', 'outputs')), []);
  assert.deepEqual(await readdir(join(root, 'growing', 'outputs')), []);
});
