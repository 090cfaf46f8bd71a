import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pastSnapshot } from './pastSnapshot.ts';

test('a run that stopped half-way says of each step what was done and what still waits', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-past-'));
  context.after(() => rm(folder, { recursive: true }));
  const figures = { kind: 'generate', out: 0, rejected: {}, requests: 2, reused: 0 };
  const steps = [
    { ...figures, id: 'asked', in: 5, done: 2 },
    // Reports of earlier versions do not tell them apart.
    { ...figures, id: 'older', in: 5 },
  ];
  await writeFile(join(folder, 'report.json'), JSON.stringify({ steps, last: { retries: 0 } }));
  const totals = { records: 0, discarded: 0, requests: 2, reused: 0, tokens: { prompt: 1, completion: 1 }, cost: null };
  const snapshot = await pastSnapshot({
    ...{ run: 'a', folder, mode: 'run', state: 'paused', stop: null, owner: 'nobody', startedAt: 0, finishedAt: null },
    pipeline: { file: 'a.openline.yaml', name: 'a', recipe: null },
    ...{ records: 0, discarded: 0, outputs: [], totals: { ...totals, seconds: 1 }, error: null, hasFailures: false },
    snapshot: null,
  });
  assert.deepEqual(
    snapshot.steps.map(({ id, done, waiting }) => [id, done, waiting]),
    [
      ['asked', 2, 3],
      ['older', 5, 0],
    ],
  );
});
