import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readScores } from './readScores.ts';

const choice = (text: string, scores?: Record<string, number>) => ({
  text,
  finishReason: 'stop',
  ...(scores === undefined ? {} : { scores }),
});

test('reads scores from the text of newer servers', () => {
  assert.deepEqual(readScores(choice('helpfulness:1.61,correctness:1.64,coherence: -0.5')), {
    helpfulness: 1.61,
    correctness: 1.64,
    coherence: -0.5,
  });
  assert.deepEqual(readScores(choice('reward:-6.125e-1')), { reward: -0.6125 });
  assert.deepEqual(readScores(choice('helpfulness: 3\nverbosity: 2\n')), { helpfulness: 3, verbosity: 2 });
});

test('reads scores from log probabilities, and trusts the text where there are both', () => {
  assert.deepEqual(readScores(choice('', { helpfulness: 1.5 })), { helpfulness: 1.5 });
  assert.deepEqual(readScores(choice('helpfulness:1.5', { help: -0.1, fulness: -0.2 })), { helpfulness: 1.5 });
});

test('finds none in what a chat model writes', () => {
  for (const text of ['', 'I would say 4 of 5.', 'The time is 12:30, I think', 'helpfulness:high', 'a:1, and more']) {
    assert.equal(readScores(choice(text)), null, text);
  }
  assert.equal(readScores(choice('Fine.', {})), null);
});
