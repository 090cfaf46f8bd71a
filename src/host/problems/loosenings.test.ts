import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { setInYaml } from '../language/pipelines/yamlEdit.ts';
import { looseningsOf } from './loosenings.ts';
import type { RejectGroup } from './rejectGroups.ts';

const group = (step: string, reason: string, scores: RejectGroup['scores'] = null): RejectGroup => ({
  ...{ step, reason, scores },
  ...{ count: 3, of: 9, first: null },
});

/** The text after each change that is offered. */
function loosened(text: string, turnedDown: RejectGroup): readonly string[] {
  return looseningsOf(parse(text), turnedDown).map(({ path, value }) => {
    const change = setInYaml(text, path, value);
    assert.ok(change !== undefined, path.join('.'));
    return text.slice(0, change.start) + change.text + text.slice(change.end);
  });
}

test('the bounds of a check go as far as what was measured', () => {
  const text = 'steps:\n  - id: kept\n    filter: { text: t, checks: [{ word_count: { min: 14 } }] } # long ones\n';
  assert.deepEqual(loosened(text, group('kept', 'word-count', { lowest: 5, highest: 13 })), [text.replace('14', '5')]);
  const named = 'steps:\n  - id: kept\n    filter: { text: t, checks: [word_count] }\n';
  assert.deepEqual(loosened(named, group('kept', 'word-count', { lowest: 5, highest: 13 })), [
    named.replace('[word_count]', '[{ word_count: { min: 5 } }]'),
  ]);
});

test('the minimum of a score is rounded to the side on which all pass', () => {
  const text = 'steps:\n  - id: good\n    filter:\n      field: reward\n      min: 1.5 # usual\n';
  const scores = { lowest: 0.12345, highest: 1.2 };
  assert.deepEqual(loosened(text, group('good', 'below-minimum', scores)), [text.replace('1.5', '0.12')]);
});

test('lists of another length may be trimmed or kept, in a step and in a recipe', () => {
  const step = 'steps:\n  - id: q\n    generate:\n      expect: { list: a, length: 4, on_mismatch: discard }\n';
  assert.deepEqual(loosened(step, group('q', 'list-length')), [
    step.replace('discard', 'trim'),
    step.replace('discard', 'keep'),
  ]);
  const recipe = 'recipe: open-qa\nwith:\n  n_subtopics: 2\n';
  assert.equal(loosened(recipe, group('subtopics', 'list-length'))[0], `${recipe.trimEnd()}\n  on_mismatch: trim\n`);
  assert.equal(loosened(recipe, group('subtopics', 'no-list'))[0], `${recipe.trimEnd()}\n  attempts: 3\n`);
});

test('nothing is offered where nothing is known to help', () => {
  assert.deepEqual(loosened('recipe: open-qa\n', group('subtopics', 'refused')), []);
  assert.deepEqual(loosened('steps:\n  - { id: a, filter: { when: x } }\n', group('a', 'when')), []);
});
