import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './nearestName.ts';

const KEYS = ['description', 'system', 'expects', 'sample'];

test('finds the name that a slip of the keyboard meant', () => {
  assert.equal(nearestName('descripton', KEYS), 'description');
  assert.equal(nearestName('Sytsem', KEYS), 'system');
  assert.equal(nearestName('samples', KEYS), 'sample');
});

test('prefers the fewest edits', () => {
  assert.equal(nearestName('n_subtopic', ['n_macro_topics', 'n_subtopics', 'n_openlines']), 'n_subtopics');
});

test('guesses nothing when nothing is near', () => {
  assert.equal(nearestName('temperature', KEYS), undefined);
  assert.equal(nearestName('x', []), undefined);
});
