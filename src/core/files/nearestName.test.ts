import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nearestName } from './nearestName.ts';

const names = ['macro_topics', 'subtopics', 'openlines', 'revisions', 'n'];

it('finds what was meant by a slip of the finger', () => {
  assert.equal(nearestName('macro_topcis', names), 'macro_topics');
  assert.equal(nearestName('subtopic', names), 'subtopics');
  assert.equal(nearestName('OpenLines', names), 'openlines');
  assert.equal(nearestName('m', names), 'n');
});

it('guesses nothing when nothing is near', () => {
  assert.equal(nearestName('temperature', names), undefined);
  assert.equal(nearestName('x', []), undefined);
});

it('takes the first of two that are equally near', () => {
  assert.equal(nearestName('bat', ['cat', 'hat']), 'cat');
});
