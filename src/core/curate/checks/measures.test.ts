import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prepareChecks } from './prepareChecks.ts';
import { MEASURES, measureOf, type MeasureName } from './measures.ts';

const score = (name: MeasureName, text: string, n = measureOf(name).n ?? 1): number => measureOf(name).score(text, n);
const rounded = (value: number): number => Number(value.toFixed(4));

/** The text passes the check with its usual bounds. */
async function passes(name: MeasureName, text: string): Promise<boolean> {
  const { min, max } = measureOf(name);
  const spec = { kind: name, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const [check] = await prepareChecks([spec]);
  return (await check?.test(text))?.state === 'passed';
}

const times = (count: number, text: string): string => text.repeat(count);
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

describe('measures of texts', () => {
  const known: readonly (readonly [MeasureName, string, number])[] = [
    ['non_alphanumeric', 'abc#', 0.25],
    ['non_alphanumeric', 'été, 你好！', 0.125],
    ['symbol_words', '#a b c… d', 0.5],
    ['digits', '12ab', 0.5],
    ['urls', 'see http://a.bc/d now', 0.619],
    ['bullet_lines', '- a\n* b\n3. c\n•d\ne', 0.8],
    ['white_space', 'a b ', 0.5],
    ['parentheses', '(a)b', 0.5],
    ['longest_word', 'a abc 😀😀', 3],
    ['word_count', '我喜欢学习语言', 4],
    ['boilerplate_paragraphs', 'A.\n\nRead our Privacy Policy.', 0.5],
    ['mean_word_length', 'a abc', 2],
    ['unique_lines', 'a\nb\na\n\na', 0.5],
    ['unique_paragraphs', 'a\n\nb\n\na', 0.6667],
    ['unique_line_characters', 'aaaa\nb\naaaa', 0.5556],
    ['unique_paragraph_characters', 'aaaa\n\nb\n\naaaa', 0.5556],
    ['top_ngram', 'a b c a b d', 0.6667],
    ['top_ngram', 'a b c d', 0],
    ['duplicate_ngrams', 'a b c a b d', 0.3333],
    ['duplicate_ngrams', 'a b c d', 0],
    ['unpunctuated_lines', 'a.\nb\nc!\n你好。', 0.25],
    ['ellipsis_lines', 'a...\nb…\nc.\nd', 0.5],
    ['common_english_words', 'The cat, and the dog', 3],
    ['words_with_letters', 'a 1 b2 --', 0.5],
  ];
  for (const [name, text, expected] of known) {
    it(`${name} of ${JSON.stringify(text)} is ${expected}`, () => {
      assert.equal(rounded(score(name, text)), expected);
    });
  }

  it('n-grams may be longer', () => {
    assert.equal(score('top_ngram', 'a b c a b c', 3), 1);
    assert.equal(rounded(score('duplicate_ngrams', 'a b c d a b c e', 3)), 0.375);
  });

  /** At the limit a text passes, a step beyond it does not. */
  const limits: Readonly<Record<MeasureName, readonly [passes: string, fails: string]>> = {
    non_alphanumeric: [`${times(75, 'a')}${times(25, '#')}`, `${times(74, 'a')}${times(26, '#')}`],
    symbol_words: [`#a ${times(9, 'b ')}`, `#a ${times(8, 'b ')}`],
    digits: [`${times(85, 'a')}${times(15, '1')}`, `${times(84, 'a')}${times(16, '1')}`],
    urls: [`http://abc ${times(39, 'x')}`, `http://abc ${times(38, 'x')}`],
    bullet_lines: [`${lines(9, () => '- a')}\nb`, lines(10, () => '- a')],
    white_space: [times(25, 'abc '), `${times(25, 'abc ')} `],
    parentheses: [`(${times(18, 'a')})`, `(${times(17, 'a')})`],
    longest_word: [times(1000, 'a'), times(1001, 'a')],
    word_count: [times(50, 'a '), times(49, 'a ')],
    boilerplate_paragraphs: ['terms of use\n\nterms of use\n\na\n\nb\n\nc', 'terms of use\n\nterms of use\n\na\n\nb'],
    mean_word_length: ['abc abc', 'abc ab'],
    unique_lines: [
      `${lines(7, (index) => `line ${index}`)}\nline 0\nline 0\nline 0`,
      `${lines(6, (index) => `line ${index}`)}\nline 0\nline 0\nline 0\nline 0`,
    ],
    unique_paragraphs: [
      [...Array.from({ length: 7 }, (_, index) => `p${index}`), 'p0', 'p0', 'p0'].join('\n\n'),
      [...Array.from({ length: 6 }, (_, index) => `p${index}`), 'p0', 'p0', 'p0', 'p0'].join('\n\n'),
    ],
    unique_line_characters: ['ab\ncd\nef\ngh\nab', 'ab\ncd\nef\nab'],
    unique_paragraph_characters: ['ab\n\ncd\n\nef\n\ngh\n\nab', 'ab\n\ncd\n\nef\n\nab'],
    top_ngram: [`a b a b ${times(16, 'x')}`, `a b a b ${times(15, 'x')}`],
    duplicate_ngrams: [`a b c a b ${times(5, 'x')}`, `a b c a b ${times(4, 'x')}`],
    unpunctuated_lines: [`${lines(17, () => 'a')}\na.\na.\na.`, `${lines(18, () => 'a')}\na.\na.`],
    ellipsis_lines: [
      `${lines(3, () => 'a…')}\n${lines(7, () => 'a.')}`,
      `${lines(4, () => 'a…')}\n${lines(6, () => 'a.')}`,
    ],
    common_english_words: ['the cat and dog', 'the cat, dog'],
    words_with_letters: ['a b c d 5', 'a b c 5'],
  };
  for (const [name, [good, bad]] of Object.entries(limits) as [MeasureName, readonly [string, string]][]) {
    it(`${name} passes at its limit and not beyond`, async () => {
      assert.equal(await passes(name, good), true, `${score(name, good)}`);
      assert.equal(await passes(name, bad), false, `${score(name, bad)}`);
    });
  }

  it('the upper limits of those that have two', async () => {
    assert.equal(await passes('mean_word_length', times(10, 'a')), true);
    assert.equal(await passes('mean_word_length', times(11, 'a')), false);
    assert.equal(await passes('word_count', times(100_000, 'a ')), true);
    assert.equal(await passes('word_count', times(100_001, 'a ')), false);
  });

  // With an expression that begins anew at every character each of these would take minutes.
  for (const [what, text] of [
    ['dots', `a${times(600_000, '.')}b`],
    ['signs', `a${times(600_000, '#')}a`],
    ['blanks', `a${times(600_000, ' ')}b`],
    ['line ends', `a${times(300_000, '\r\n')}b`],
    ['brackets', times(300_000, '![')],
  ] as const) {
    it(`no measure takes long on many ${what}`, () => {
      for (const name of Object.keys(MEASURES) as MeasureName[])
        assert.equal(Number.isFinite(score(name, text)), true, name);
    });
  }

  it('an empty text passes none of them', async () => {
    for (const name of Object.keys(MEASURES) as MeasureName[]) assert.equal(await passes(name, ' \n'), false, name);
  });
});
