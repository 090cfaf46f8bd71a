import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSnapshot } from '../../../test/support/runSnapshot.ts';
import { withSnapshot, type RunEntry } from './runEntry.ts';

test('of a run that goes on what it has used is what its process told last, not what its folder says', () => {
  const tokens = { prompt: 10, completion: 5 };
  const totals = { records: 2, discarded: 0, requests: 3, reused: 0, tokens, cost: null, seconds: 4 };
  const entry: RunEntry = {
    ...{ run: 'a', folder: '/a', mode: 'run', state: 'paused', stop: null, owner: 'nobody', startedAt: 0 },
    ...{ finishedAt: null, pipeline: { file: 'a.openline.yaml', name: 'a', recipe: null }, records: 2, discarded: 0 },
    ...{ outputs: [], totals, error: null, hasFailures: false, snapshot: null },
  };
  const now = { records: 6, discarded: 1, requests: 9, reused: 2, tokens: { prompt: 40, completion: 20 }, cost: 0.5 };
  const snapshot = runSnapshot({ ...now, elapsedSeconds: 12 });
  assert.deepEqual(withSnapshot(entry, snapshot).totals, { ...now, seconds: 12 });
});
