import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cutPrefix } from './cutPrefix.ts';
import { dropPassageLabels } from './dropPassageLabels.ts';
import { knowledgeList } from './knowledgeList.ts';
import { removeMarkdown } from './removeMarkdown.ts';
import { removeQuotes } from './removeQuotes.ts';

const word = fc.stringMatching(/^[a-zäöü潮]{1,8}$/u);
const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));

describe('removeMarkdown', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['**Bold** and __bold__, *slanted* and _slanted_, ***both***', 'Bold and bold, slanted and slanted, both'],
    ['**bold with *slanted* inside**', 'bold with slanted inside'],
    ['# Heading\n\n### Lower\ntext', 'Heading\n\nLower\ntext'],
    ['a [link](https://example.org "title") and ![a picture](x.png)', 'a link and a picture'],
    [
      '[![a picture](x.png)](https://example.org) of array[0 and [1] in [a [b] c](y)',
      'a picture of array[0 and [1] in a [b] c',
    ],
    ['run `npm test` and ``a b``, ~~not~~ now', 'run npm test and a b, not now'],
    ['```python\nprint(1)\n```\nafter', 'print(1)\nafter'],
    ['above\n\n---\n\nbelow', 'above\n\n\nbelow'],
    ['> quoted\n> on', 'quoted\non'],
    ['- **Question:** Why?\n  - *Answer:* So.', '- Question: Why?\n  - Answer: So.'],
    ['* first\n* second', '* first\n* second'],
    ['2*3*4 and 2 * 3 * 4', '2*3*4 and 2 * 3 * 4'],
    ['a_long_name and another_one', 'a_long_name and another_one'],
    ['#5 is no heading', '#5 is no heading'],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(removeMarkdown(text), expected);
    });
  }

  it('takes no minutes for signs that are never closed', () => {
    for (const sign of ['[', '![', '[a', '[]', ' __a', '**a *b', '`a', '~~a', '<![CDATA[']) {
      const text = sign.repeat(200_000);
      assert.ok(removeMarkdown(text).length <= text.length, sign);
    }
  });

  it('leaves words alone and takes emphasis from around them', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('*', '**', '***', '_', '__', '`', '~~'), (text, sign) => {
        assert.equal(removeMarkdown(text), text);
        assert.equal(removeMarkdown(`a ${sign}${text}${sign} b`), `a ${text} b`);
      }),
    );
  });
});

describe('removeQuotes', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['"All of it."', 'All of it.'],
    ['  “All of it.” ', 'All of it.'],
    ['„Alles.“', 'Alles.'],
    ['«Tout.»', 'Tout.'],
    ["'It isn't so.'", "It isn't so."],
    ['"A" and "B"', '"A" and "B"'],
    ['“A” and “B”', '“A” and “B”'],
    ['"The town, called "Seagate" by some, is small."', 'The town, called "Seagate" by some, is small.'],
    ['"only the beginning', '"only the beginning'],
    ['"', '"'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(removeQuotes(text), expected);
    });
  }

  it('takes any pair of marks from around words, and one pair only', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('""', '“”', '«»', '‘’'), (text, [open = '', close = '']) => {
        assert.equal(removeQuotes(`${open}${text}${close}`), text);
        assert.equal(removeQuotes(text), text);
      }),
    );
  });
});

describe('cutPrefix', () => {
  it('cuts the announced line, and tells where it is missing', () => {
    assert.equal(cutPrefix('\nCondensed text:\n\nShort. ', 'Condensed text:'), 'Short.');
    assert.equal(cutPrefix('Condensed text: Short.', 'Condensed text: '), 'Short.');
    assert.equal(cutPrefix('Sure! Condensed text: Short.', 'Condensed text:'), null);
    assert.equal(cutPrefix('condensed text: Short.', 'Condensed text:'), null);
    assert.equal(cutPrefix('Condensed text:', 'Condensed text:'), '');
  });
});

describe('dropPassageLabels', () => {
  it('drops lines that are nothing but a label', () => {
    const text = 'Passage:\nOne.\n\nPassage 2:\n\nTwo.\n\n  passage 3 : \nThree.';
    assert.equal(dropPassageLabels(text), 'One.\n\nTwo.\n\nThree.');
  });

  it('keeps what merely talks of passages', () => {
    const text = 'Passage of the Moon\nPassage 1: It rises.\nThe passage:';
    assert.equal(dropPassageLabels(text), text);
  });
});

describe('knowledgeList', () => {
  it('takes bullets away, and a first line that has none', () => {
    assert.equal(knowledgeList('Here are the facts:\n- One.\n- Two.'), 'One.\nTwo.');
    assert.equal(knowledgeList('- One.\n- Two.\n'), 'One.\nTwo.');
    assert.equal(knowledgeList('* One.\n• Two.'), 'One.\nTwo.');
  });

  it('takes two blanks of an indent away', () => {
    assert.equal(knowledgeList('- One\n  and more.\n  - Within.'), 'One\nand more.\n- Within.');
  });

  it('leaves nothing of an answer without a bullet', () => {
    assert.equal(knowledgeList('There is nothing to learn.'), '');
    assert.equal(knowledgeList(''), '');
  });

  it('gives back the entries of any list', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), (entries) => {
        assert.equal(knowledgeList(entries.map((entry) => `- ${entry}`).join('\n')), entries.join('\n'));
      }),
    );
  });
});
