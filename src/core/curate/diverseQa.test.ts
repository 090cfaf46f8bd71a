import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { chooseQaPairs, readQaPairs } from './diverseQa.ts';
import { seededRandom, shuffled } from './seededRandom.ts';

const ANNOUNCEMENT = 'Here are questions and answers about the text:';

describe('readQaPairs', () => {
  it('reads pairs behind the announced line', () => {
    const answer = `${ANNOUNCEMENT}\n\n- Question: Why?\nAnswer: So.\nAnd so.\n\n- Question: When?\n  - Answer: Now.`;
    assert.deepEqual(readQaPairs(answer, ANNOUNCEMENT), {
      pairs: ['Question: Why?\nAnswer: So.\nAnd so.', 'Question: When?\nAnswer: Now.'],
    });
  });

  it('does not insist on the announced line', () => {
    assert.deepEqual(readQaPairs('Question: Why?\nAnswer: So.', ANNOUNCEMENT), {
      pairs: ['Question: Why?\nAnswer: So.'],
    });
  });

  it('has no use for an answer with text before the first question, or without any', () => {
    const chatty = readQaPairs('Sure, gladly!\n- Question: Why?\nAnswer: So.', ANNOUNCEMENT);
    assert.ok('problem' in chatty && chatty.problem === 'text-before-question');
    assert.match(chatty.message, /Sure, gladly!/u);
    for (const nothing of ['', ANNOUNCEMENT]) {
      const reading = readQaPairs(nothing, ANNOUNCEMENT);
      assert.ok('problem' in reading && reading.problem === 'no-questions');
    }
  });
});

describe('chooseQaPairs', () => {
  const pairs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const choose = (documentTokens: number, key: number, maxPairs = 8): readonly string[] =>
    chooseQaPairs(pairs, { maxPairs, documentTokens, random: seededRandom(0, [key]) });
  const sizes = (documentTokens: number, maxPairs?: number): number[] =>
    [...new Set(Array.from({ length: 300 }, (_, key) => choose(documentTokens, key, maxPairs).length))].sort();

  it('keeps one pair at least and no more than the length of the document allows', () => {
    assert.deepEqual(sizes(0), [1]);
    assert.deepEqual(sizes(37), [1]);
    assert.deepEqual(sizes(38), [1, 2]);
    assert.deepEqual(sizes(149), [1, 2, 3, 4, 5, 6, 7]);
    assert.deepEqual(sizes(150), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(sizes(10_000, 1), [2, 3, 4, 5, 6, 7, 8, 1].sort());
    assert.deepEqual(sizes(150, 1), [1]);
  });

  it('depends on seed and key alone, and differs from record to record', () => {
    assert.deepEqual(choose(150, 3), choose(150, 3));
    const orders = new Set(Array.from({ length: 50 }, (_, key) => choose(150, key).join('')));
    assert.ok(orders.size > 25, `${orders.size} different choices of 50`);
  });
});

describe('shuffled', () => {
  it('keeps every element, and leaves the list itself alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), fc.array(fc.nat()), (list, seed, key) => {
        const before = [...list];
        const after = shuffled(list, seededRandom(seed, key));
        assert.deepEqual(list, before);
        assert.deepEqual([...after].sort(), [...before].sort());
      }),
    );
  });

  it('puts every element at the front about equally often', () => {
    const counts = new Map<string, number>();
    for (let key = 0; key < 3000; key += 1) {
      const [first = ''] = shuffled(['a', 'b', 'c'], seededRandom(1, [key]));
      counts.set(first, (counts.get(first) ?? 0) + 1);
    }
    for (const [element, count] of counts) assert.ok(count > 850 && count < 1150, `${element}: ${count}`);
  });
});

describe('seededRandom', () => {
  it('draws numbers from 0 to below 1, others for another seed or key', () => {
    const draw = (seed: number, key: readonly number[]): number[] =>
      Array.from({ length: 20 }, seededRandom(seed, key));
    for (const value of draw(7, [1, 2])) assert.ok(value >= 0 && value < 1);
    assert.deepEqual(draw(7, [1, 2]), draw(7, [1, 2]));
    assert.notDeepEqual(draw(7, [1, 2]), draw(8, [1, 2]));
    assert.notDeepEqual(draw(7, [1, 2]), draw(7, [12]));
  });
});
