import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doneShare, doneText } from './doneShare.ts';
import type { StepProgress } from './studio.ts';

const step = (kind: string, done: number, expected: number | null): StepProgress => ({
  ...{ id: kind, kind, from: [], waiting: 0, inFlight: 0, done, out: done, rejected: {}, requests: 0, reused: 0 },
  expected,
});

test('how far a run is: by the questions that its plan foresees', () => {
  const half = {
    state: 'running',
    steps: [step('generate', 2, 2), step('generate', 4, 10), step('filter', 0, 9)],
  } as const;
  assert.deepEqual([doneShare(half), doneText(half)], [0.5, '50%']);
  const nearly = { state: 'running', steps: [step('generate', 999, 1000)] } as const;
  assert.equal(doneText(nearly), '99%', 'all is done only when the run is');
});

test('where nobody can tell how much there is, no share is told', () => {
  const open = { state: 'running', steps: [step('generate', 2, 2), step('generate', 4, null)] } as const;
  assert.deepEqual([doneShare(open), doneText(open)], [null, '']);
  assert.equal(doneText({ state: 'running', steps: [step('generate', 0, 10)] }), '');
});
