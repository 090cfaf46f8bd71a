import assert from 'node:assert/strict';
import { test } from 'node:test';
import { taskChoices } from './taskChoices.ts';

test('the options of a task are choices of a run', () => {
  assert.deepEqual(taskChoices([]), {});
  assert.deepEqual(
    taskChoices(['--set', 'n_subtopics=3', '--set', 'text=a=b', '--limit', '10', '--fresh', '--budget-cost', '0.5']),
    { set: { n_subtopics: '3', text: 'a=b' }, limit: 10, fresh: true, budget: { cost: 0.5 } },
  );
});

test('what is wrong with an option is told by its name', () => {
  assert.throws(() => taskChoices(['--limit', 'ten']), /--limit takes a whole number above 0, not ten/u);
  assert.throws(() => taskChoices(['--budget-requests', '1.5']), /--budget-requests takes a whole number/u);
  assert.throws(() => taskChoices(['--set', 'n']), /--set takes NAME=VALUE/u);
  assert.throws(() => taskChoices(['--frehs']), /--frehs/u);
  assert.throws(() => taskChoices(['other.openline.yaml']), /other\.openline\.yaml/u);
});
