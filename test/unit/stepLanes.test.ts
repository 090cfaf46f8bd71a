import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOutSteps } from '../../webview/ui/stepLanes.ts';

const step = (id: string, ...from: string[]) => ({ id, from });

test('steps that follow each other share one lane', () => {
  const { rows, width } = layOutSteps([step('read'), step('ask', 'read'), step('keep', 'ask')]);
  assert.equal(width, 1);
  assert.deepEqual(
    rows.map(({ lane, into, goesOn }) => ({ lane, into, goesOn })),
    [
      { lane: 0, into: [], goesOn: true },
      { lane: 0, into: [0], goesOn: true },
      { lane: 0, into: [0], goesOn: false },
    ],
  );
});

test('a step that two read from goes by the first of them', () => {
  const { rows, width } = layOutSteps([
    step('docs'),
    step('easy', 'docs'),
    step('hard', 'docs'),
    step('all', 'easy', 'hard'),
  ]);
  assert.equal(width, 2);
  assert.deepEqual(rows[1], { step: step('easy', 'docs'), lane: 1, into: [0], past: [0], goesOn: true });
  assert.deepEqual(rows[2], { step: step('hard', 'docs'), lane: 0, into: [0], past: [1], goesOn: true });
  assert.deepEqual(rows[3], { step: step('all', 'easy', 'hard'), lane: 0, into: [1, 0], past: [], goesOn: false });
});

test('no step stands above one it reads from, whatever the order in the file', () => {
  const { rows } = layOutSteps([step('last', 'first'), step('first')]);
  assert.deepEqual(
    rows.map(({ step: { id } }) => id),
    ['first', 'last'],
  );
});

test('a circle and a step that is not there are drawn as far as they go', () => {
  const { rows } = layOutSteps([step('a', 'b'), step('b', 'a'), step('c', 'nowhere'), step('d', 'd')]);
  assert.equal(rows.length, 4);
  for (const { into } of rows) for (const lane of into) assert.ok(lane >= 0);
});

test('a source that is named twice is one line', () => {
  const { rows } = layOutSteps([step('a'), step('b', 'a', 'a')]);
  assert.deepEqual(rows[1]?.into, [0]);
});
