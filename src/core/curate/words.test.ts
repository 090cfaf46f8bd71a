import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countCharacters, plainWords, splitLines, splitParagraphs, splitWords } from './words.ts';

describe('words', () => {
  it('stand between white space, with their punctuation', () => {
    assert.deepEqual(splitWords('  It’s 5 o’clock,\nnot six.'), ['It’s', '5', 'o’clock,', 'not', 'six.']);
    assert.deepEqual(plainWords('“It’s,” she said – (twice)!'), ['it’s', 'she', 'said', 'twice']);
    assert.deepEqual(splitWords(' \n '), []);
  });

  it('are told apart by a dictionary where a script puts no blanks between them', () => {
    assert.deepEqual(splitWords('我喜欢学习语言。'), ['我', '喜欢', '学习', '语言']);
    assert.ok(splitWords('東京タワーに行きました。').length >= 4);
    assert.ok(splitWords('ฉันชอบเรียนภาษา').length >= 3);
    assert.deepEqual(splitWords('I like 学习 a lot.'), ['I', 'like', '学习', 'a', 'lot.']);
  });

  it('are counted in characters as a person counts them', () => {
    assert.equal(countCharacters('a😀é'), 3);
    assert.equal(countCharacters('\ud83d'), 1);
  });

  it('lose the punctuation around them, however much there is', () => {
    assert.deepEqual(plainWords('«Don’t» -- 😀é! 𝒳, (a.b).'), ['don’t', 'é', '𝒳', 'a.b']);
    const signs = '#'.repeat(1_000_000);
    assert.deepEqual(plainWords(`a${signs}b ${signs}C${signs}`), [`a${signs}b`, 'c']);
  });

  it('lines and paragraphs leave out what is blank', () => {
    assert.deepEqual(splitLines(' a \n\n\tb\n'), ['a', 'b']);
    assert.deepEqual(splitParagraphs('a\nb\n \n\nc\n'), ['a\nb', 'c']);
  });
});
