import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunState, StepProgress } from '../../src/protocol/studio.ts';
import { doneFigure, stepState } from '../../webview/studio/stepState.ts';
import { createWording } from '../../webview/ui/wording.ts';

const words = createWording({}, 'en');

const step = (id: string, done: number, waiting: number, more: Partial<StepProgress> = {}): StepProgress => ({
  ...{ id, kind: 'generate', from: [], waiting, inFlight: 0, done, out: done, rejected: {}, requests: 0, reused: 0 },
  expected: null,
  ...more,
});

test('a step of a stopped run is done when all that came in is, and no more can come', () => {
  const steps = [
    step('topics', 1, 0),
    step('questions', 2, 3, { from: ['topics'] }),
    // All that it was given, yet the step before has more for it.
    step('revisions', 2, 0, { from: ['questions'] }),
    step('kept', 0, 0, { from: ['revisions'] }),
  ];
  const statesOf = (state: RunState, going = false) => steps.map((one) => stepState(one, { state, steps }, going));
  assert.deepEqual(statesOf('interrupted'), ['done', 'idle', 'idle', 'idle']);
  assert.deepEqual(statesOf('done'), ['done', 'done', 'done', 'done']);
  assert.deepEqual(statesOf('running', true), ['done', 'busy', 'done', 'idle']);
});

test('what is done stands beside what came in where a run stopped, and beside what is expected while it goes on', () => {
  assert.equal(doneFigure(step('questions', 2, 3), false, words), '2 / 5');
  assert.equal(doneFigure(step('questions', 1, 3, { inFlight: 1 }), false, words), '1 / 5');
  assert.equal(doneFigure(step('questions', 1200, 0), false, words), '1,200');
  assert.equal(doneFigure(step('questions', 2, 3), true, words), '2', 'more may come in');
  assert.equal(doneFigure(step('questions', 2, 3, { expected: 40 }), true, words), '2 / 40');
});
