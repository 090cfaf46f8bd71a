import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startModelServer } from '../../../test/support/modelServer.ts';
import { RecipeRuns } from '../../../test/support/recipeRuns.ts';
import { describeDataset } from './describeDataset.ts';
import { fileSource } from './exportSource.ts';
import { runRecords } from './recordSource.ts';

const folder = await mkdtemp(join(tmpdir(), 'openline-charts-'));
after(() => rm(folder, { recursive: true, force: true }));

async function dataset(name: string, records: readonly object[]) {
  const path = join(folder, name);
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return { ...(await fileSource(path, name)), folder: null };
}

describe('what charts show of a dataset', () => {
  it('finds the embeddings by themselves and maps like records side by side', async () => {
    const records = Array.from({ length: 8 }, (_, at) => ({
      topic: at < 4 ? 'Optics' : 'Rivers',
      meta: { vector: Array.from({ length: 8 }, (_unused, index) => (index === (at < 4 ? 0 : 5) ? 1 : at / 1000)) },
      scores: [1, 2, 3],
    }));
    const { charts } = await describeDataset(await dataset('vectors.jsonl', records), { charts: true });
    assert.deepEqual(
      charts?.topics?.branches.map(({ name, records: count }) => [name, count]),
      [
        ['Optics', 4],
        ['Rivers', 4],
      ],
    );
    assert.deepEqual(
      charts.maps.map(({ field }) => field),
      ['meta.vector'],
    );
    const sides = charts.maps[0]?.points.map(({ x, line }) => [line, Math.sign(x)]) ?? [];
    assert.equal(sides.length, 8);
    const [, first] = sides[0] ?? [];
    for (const [line = 0, side] of sides) assert.equal(side === first, line < 4);
  });

  it('tells the lines of the file on the map, those that hold no record counted as well', async () => {
    const path = join(folder, 'broken.jsonl');
    const vector = (at: number): string =>
      JSON.stringify({ vector: Array.from({ length: 8 }, (_, index) => index + at) });
    await writeFile(path, `${vector(0)}\n{"vector": [1,\n\n${vector(1)}\n[]\n${vector(2)}\n`);
    const source = { ...(await fileSource(path, 'broken.jsonl')), folder: null };
    const { charts } = await describeDataset(source, { charts: true });
    assert.deepEqual(
      charts?.maps[0]?.points.map(({ line }) => line).sort((a, b) => a - b),
      [0, 3, 5],
    );
  });

  it('draws no map where there are no embeddings, and nothing where nothing was asked for', async () => {
    const source = await dataset('plain.jsonl', [{ prompt: 'Why?' }, { prompt: 'How?' }]);
    assert.deepEqual((await describeDataset(source, { charts: true })).charts, {
      topics: null,
      maps: [],
      rejected: {},
    });
    assert.equal((await describeDataset(source)).charts, null);
  });

  it('shows the scores of what was turned down beside those of the records, in the same bins', async () => {
    const runs = new RecipeRuns();
    const server = await startModelServer();
    try {
      runs.begin();
      const scored = Array.from({ length: 20 }, (_, at) => JSON.stringify({ text: `Text ${String(at)}`, score: at }));
      runs.put('scored.jsonl', scored.join('\n'));
      const steps = [
        { id: 'all', read: { files: 'scored.jsonl' } },
        { id: 'good', filter: { field: 'score', min: 15 } },
      ];
      const summary = await runs.run({ steps, output: 'data/demo.jsonl' }, server);
      assert.deepEqual([summary.records, summary.discarded], [5, 15]);
      const source = await runRecords(runs.folderOf(summary), undefined);
      const { charts, statistics } = await describeDataset(source, { charts: true });
      assert.equal(statistics.numbers['score']?.min, 15);
      const { score } = charts?.rejected ?? {};
      assert.deepEqual([score?.summary.count, score?.summary.min, score?.summary.max], [15, 0, 14]);
      assert.deepEqual(
        score?.bins.map(({ records, rejected }) => [records, rejected]),
        scored.map((_, at) => (at < 15 ? [0, 1] : [1, 0])),
      );
      assert.deepEqual([score.bins[0]?.from, score.bins.at(-1)?.to], [0, 19]);
    } finally {
      runs.dispose();
      await server.close();
    }
  });
});
