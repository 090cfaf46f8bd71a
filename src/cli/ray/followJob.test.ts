import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastTold } from './followJob.ts';

test('what a driver prints is believed where it is what a driver says', () => {
  const lines = [
    'OPENLINE {"phase":"shards","run":"20261129T010000000-abcd","shards":3,"done":1}',
    '2026-11-29 INFO something of Ray',
    'OPENLINE {"phase":"end","run":"../../elsewhere"}',
    'OPENLINE {"phase":"end","result":{"run":"/etc","state":"done"}}',
    'OPENLINE {"phase":',
  ];
  assert.deepEqual(lastTold(lines.join('\n')), { phase: 'shards', run: '20261129T010000000-abcd', shards: 3, done: 1 });
});
