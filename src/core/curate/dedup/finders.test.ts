import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../seededRandom.ts';
import { createExactFinder, createFuzzyFinder, createOverlapFinder, createSemanticFinder } from './finders.ts';
import { bandsFor } from './lshIndex.ts';
import { jaccard, ngramHashes } from './ngrams.ts';
import { createNormalizer, normalizeText } from './normalizeText.ts';
import { VectorIndex } from './vectorIndex.ts';

const FIVE = { unit: 'characters', size: 5 } as const;

test('what normalisation levels out', () => {
  assert.equal(normalizeText(' Ｆull  Width…\nText! ', ['unicode', 'case', 'whitespace']), 'full width... text!');
  assert.equal(normalizeText('Wait — what?', ['punctuation', 'whitespace']), 'Wait what');
  assert.equal(normalizeText(' As it IS ', []), ' As it IS ');
});

test('a text is levelled out the same way whether it is plain or not', () => {
  const blanks = fc.constantFrom(' ', '\t', '\n', '\r', '\v', '\f', '\u00a0', '\u2003', '\ufeff', '');
  const words = fc.constantFrom('Word', 'x', 'É', 'ｆ', 'ﬁ', '語', '-', '\u0000', '\u001f', '😀', '\ud800');
  const text = fc.array(fc.tuple(blanks, words, blanks), { maxLength: 12 }).map((parts) => parts.flat().join(''));
  const normalize = createNormalizer(['unicode', 'case', 'whitespace']);
  fc.assert(
    fc.property(text, (given) => {
      assert.equal(normalize(given), given.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim());
    }),
  );
  assert.equal(normalize(''), '');
});

test('Jaccard similarity of n-grams, at its limits', () => {
  const of = (a: string, b: string): number => jaccard(ngramHashes(a, FIVE), ngramHashes(b, FIVE));
  assert.equal(of('abcdef', 'abcdef'), 1);
  assert.equal(of('abcdef', 'uvwxyz'), 0);
  // abcde bcdef against abcde bcdeX: one of three.
  assert.equal(of('abcdef', 'abcdeX'), 1 / 3);
  assert.equal(of('ab', 'ab'), 1);
  assert.equal(of('', ''), 1);
  assert.equal(of('', 'abcdef'), 0);
});

test('n-grams of words take each character of Chinese as a word', () => {
  const pairs = { unit: 'words', size: 2 } as const;
  assert.equal(ngramHashes('今天天气', pairs).length, 3);
  assert.equal(ngramHashes('to be, or not to be', pairs).length, 4);
});

test('exact: the number of the first of equal texts, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3000 }), (texts) => {
      const finder = createExactFinder();
      const seen = new Map<string, number>();
      for (const text of texts) {
        const found = finder.find(text);
        assert.equal(found?.number ?? null, seen.get(text) ?? null);
        if (found === null) seen.set(text, seen.size);
      }
    }),
    { numRuns: 20 },
  );
});

test('bands find nearly every pair at the threshold', () => {
  for (const threshold of [0.5, 0.7, 0.8, 0.9, 0.95]) {
    const { bands, rows } = bandsFor(threshold, 128);
    assert.ok(bands * rows <= 128);
    assert.ok(1 - (1 - threshold ** rows) ** bands >= 0.99, `${threshold}: ${bands} × ${rows}`);
  }
});

test('fuzzy: planted near-duplicates are found, and nothing else', () => {
  const random = seededRandom(7, []);
  const word = (): string => `w${Math.floor(random() * 5000).toString(36)}`;
  const originals = Array.from({ length: 600 }, () => Array.from({ length: 60 }, word));
  const finder = createFuzzyFinder(0.8, FIVE, 128);
  const texts: string[] = [];
  let [planted, found, wrong] = [0, 0, 0];
  for (const words of originals) {
    for (const text of [
      words.join(' '),
      words.with(30, word()).join(' '),
      words.map((w, i) => (i % 4 ? w : word())).join(' '),
    ]) {
      const near = texts.some((other) => jaccard(ngramHashes(text, FIVE), ngramHashes(other, FIVE)) >= 0.8);
      const match = finder.find(text);
      if (near) planted += 1;
      if (near && match !== null) found += 1;
      if (!near && match !== null) wrong += 1;
      if (match === null) {
        finder.remember();
        texts.push(text);
      }
    }
    if (texts.length > 400) break;
  }
  assert.ok(planted > 100, `${planted} planted`);
  assert.ok(found / planted >= 0.95, `${found} of ${planted}`);
  assert.equal(wrong, 0);
});

test('overlap: a text that shares enough n-grams with what is remembered', () => {
  const pairs = { unit: 'words', size: 3 } as const;
  const any = createOverlapFinder(0, pairs);
  any.find('the quick brown fox jumps over the lazy dog');
  any.remember();
  assert.equal(any.find('a quick brown cat'), null);
  assert.deepEqual(any.find('see the quick brown cat'), { number: null, similarity: 1 / 3 });
  assert.equal(any.find('fox jumps'), null);
  const half = createOverlapFinder(0.5, pairs);
  half.find('the quick brown fox');
  half.remember();
  assert.equal(half.find('see the quick brown cat'), null);
  assert.equal(half.find('the quick brown fox runs')?.similarity, 2 / 3);
});

test('semantic: the cosine decides, not the length; a vector of another length is refused', () => {
  const finder = createSemanticFinder(0.9);
  assert.equal(finder.find([1, 0, 0]), null);
  finder.remember();
  assert.equal(finder.find([5, 0.1, 0])?.number, 0);
  assert.equal(finder.find([1, 1, 0]), null);
  assert.throws(() => finder.find([1, 0]), /it has 2 numbers, those before have 3/u);
  assert.throws(() => finder.find([0, 0, 0]), /all its numbers are 0/u);
});

test('beyond the number of vectors that is searched exactly, near ones are still found', () => {
  const random = seededRandom(3, []);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const unit = (numbers: readonly number[]): Float32Array => {
    const length = Math.hypot(...numbers);
    return Float32Array.from(numbers, (number) => number / length);
  };
  const vectors = Array.from({ length: 2000 }, () => Array.from({ length: 32 }, normal));
  const index = new VectorIndex(32, 1000);
  for (const vector of vectors) index.add(unit(vector));
  let found = 0;
  for (const [number, vector] of vectors.entries()) {
    const near = index.near(unit(vector.map((value) => value + normal() * 0.1)), 0.97);
    if (near?.number === number) found += 1;
  }
  assert.ok(found / vectors.length > 0.95, `${found} of ${vectors.length}`);
});
