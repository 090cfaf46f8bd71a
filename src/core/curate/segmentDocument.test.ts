import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { segmentDocument } from './segmentDocument.ts';
import { loadTokenCounter, type TokenCounter } from './tokens.ts';

/** Counts words, so that limits can be seen at a glance; a newline is one as well. */
const wordCounter: TokenCounter = {
  count: (text) => text.match(/\S+|\n/gu)?.length ?? 0,
  fits: (text, limit) => wordCounter.count(text) <= limit,
};

const cut = (text: string, minTokens: number, maxTokens: number): [number, string, string][] =>
  [...segmentDocument(text, { minTokens, maxTokens }, wordCounter)].map((segment) => [
    segment.index,
    segment.text,
    'reason' in segment ? segment.reason : '',
  ]);

describe('segmentDocument', () => {
  it('joins neighbouring lines up to the limit, the newline counted', () => {
    assert.deepEqual(cut('a b\nc d\ne f', 0, 5), [
      [0, 'a b\nc d', ''],
      [1, 'e f', ''],
    ]);
    assert.deepEqual(cut('a b\nc d\ne f', 0, 4), [
      [0, 'a b', ''],
      [1, 'c d', ''],
      [2, 'e f', ''],
    ]);
    assert.deepEqual(cut('a b\nc d\ne f', 0, 8), [[0, 'a b\nc d\ne f', '']]);
  });

  it('leaves out lines that are too long and joins what stands around them', () => {
    assert.deepEqual(cut('a\nb c d e f\ng', 0, 4), [
      [0, 'b c d e f', 'segment-too-long'],
      [1, 'a\ng', ''],
    ]);
    assert.deepEqual(cut('b c d e', 0, 4), [[0, 'b c d e', '']]);
  });

  it('leaves out what is still too short', () => {
    assert.deepEqual(cut('a b c d\ne f', 3, 4), [
      [0, 'a b c d', ''],
      [1, 'e f', 'segment-too-short'],
    ]);
    assert.deepEqual(cut('e f', 2, 4), [[0, 'e f', '']]);
  });

  it('keeps blank lines between paragraphs and drops them at the ends', () => {
    assert.deepEqual(cut('\n\na\n\nb\n\n', 0, 20), [[0, 'a\n\nb', '']]);
    assert.deepEqual(cut('', 0, 20), []);
    assert.deepEqual(cut('\n \n', 0, 20), []);
  });

  describe('with real tokens', () => {
    let counter: TokenCounter;
    before(async () => {
      counter = await loadTokenCounter('o200k_base');
    });

    it('never makes a segment that is too long, and loses no word', () => {
      const line = fc.oneof(
        fc.string({ maxLength: 60, unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
        fc.lorem({ maxCount: 12 }),
        fc.constantFrom('', '  ', '\r', '…', '- a'),
      );
      fc.assert(
        fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (lines, maxTokens) => {
          const text = lines.join('\n');
          const segments = [...segmentDocument(text, { minTokens: 0, maxTokens }, counter)];
          const kept = segments.filter((segment) => !('reason' in segment));
          for (const segment of kept) assert.ok(counter.count(segment.text) <= maxTokens, segment.text);
          assert.deepEqual(
            segments.map(({ index }) => index),
            [...segments.keys()],
          );
          const wordsOf = (all: readonly string[]): string[] => all.flatMap((part) => part.match(/\S+/gu) ?? []).sort();
          assert.deepEqual(wordsOf(segments.map((segment) => segment.text)), wordsOf([text]));
        }),
      );
    });
  });
});
