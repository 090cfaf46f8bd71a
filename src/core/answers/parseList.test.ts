import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ListReading, parseList } from './parseList.ts';

function items(text: string): readonly string[] {
  const reading = parseList(text);
  assert.ok('items' in reading, `not read as a list: ${JSON.stringify(reading)}`);
  return reading.items;
}

function problem(text: string): string {
  const reading: ListReading = parseList(text);
  assert.ok('problem' in reading, `read as a list: ${JSON.stringify(reading)}`);
  return reading.problem;
}

test('a JSON array, as the whole answer or in its only fence', () => {
  assert.deepEqual(items('["a", "b: c"]'), ['a', 'b: c']);
  assert.deepEqual(items(' \n[\n"a",\n"b"]\n'), ['a', 'b']);
  assert.deepEqual(items('Here you are:\n```json\n["a", "b"]\n```\nAnything else?'), ['a', 'b']);
  assert.deepEqual(items('Here you are:\n\n```\n["a", "b"]\n```\n- a note\n- a second note\n- a third note'), [
    'a',
    'b',
  ]);
});

test('an array of anything but strings is no list', () => {
  assert.equal(problem('[1, 2]'), 'no-list');
  assert.equal(problem('[{"question": "a"}]'), 'no-list');
  assert.equal(problem('[]'), 'no-list');
  assert.equal(problem('["", " "]'), 'no-list');
});

test('a fence inside an item is text of the item', () => {
  const answer = '1. What does this print?\n```json\n["a", "b", "c"]\n```\n2. And this?';
  assert.deepEqual(items(answer), ['What does this print?\n```json\n["a", "b", "c"]\n```', 'And this?']);
});

test('blank and marked lines of a fence inside an item belong to the item', () => {
  const answer = '1. Fix:\n   ```yaml\n   - a\n\n   - b\n   ```\n2. Explain it';
  assert.deepEqual(items(answer), ['Fix:\n```yaml\n- a\n\n- b\n```', 'Explain it']);
});

test('a YAML list of strings, with its own quoting and folding', () => {
  assert.deepEqual(items('- "one: \\"two\\""\n- \'it\'\'s\'\n- plain\n  text'), ['one: "two"', "it's", 'plain text']);
  assert.deepEqual(items('```yaml\n- a\n- b\n```'), ['a', 'b']);
  assert.deepEqual(items('- |\n  a\n  b\n- c'), ['a\nb\n', 'c']);
});

test('what YAML would take for something else is read line by line, and keeps all its words', () => {
  assert.deepEqual(items('- Topic: subtopic\n- 5\n- true'), ['Topic: subtopic', '5', 'true']);
  assert.deepEqual(items('- Learn C # and F #\n- b'), ['Learn C # and F #', 'b']);
  assert.deepEqual(items('- !important\n- &b c'), ['!important', '&b c']);
  assert.deepEqual(items('- Plan\n  - first\n  - second\n- Go'), ['Plan\n- first\n- second', 'Go']);
  assert.deepEqual(items('- `a`\n- @b\n- "c" and "d"'), ['`a`', '@b', '"c" and "d"']);
});

test('every marker counts, with text before and after', () => {
  for (const markers of [
    ['-', '-'],
    ['*', '*'],
    ['•', '•'],
    ['1.', '2.'],
    ['1)', '2)'],
    ['1.', '1.'],
    ['-', '2.'],
  ]) {
    const list = markers.map((marker, index) => `${marker} item ${index}`).join('\n');
    assert.deepEqual(items(`Of course!\n\n${list}\n\nShall I go on?`), ['item 0', 'item 1'], list);
  }
});

test('a blank after the marker may be missing, but numbers, options and emphasis are no markers', () => {
  assert.deepEqual(items('1.太空\n2.海洋'), ['太空', '海洋']);
  assert.deepEqual(items('•one\n•two'), ['one', 'two']);
  assert.deepEqual(items('-one\n-two'), ['one', 'two']);
  assert.equal(problem('3.14 is about pi\n-5 is negative\n--flag\n*emphasis* here\n**bold**'), 'no-list');
});

test('blank lines between items do not break a list', () => {
  assert.deepEqual(items('1. a\n\n2. b\n\n\n3. c'), ['a', 'b', 'c']);
  assert.deepEqual(items('- a\r\n\r\n- b\r\n'), ['a', 'b']);
});

test('deeper and unmarked lines join their item until a blank line', () => {
  assert.deepEqual(items('1. a\n   more of a\n   - deeper\nat the margin\n2. b'), [
    'a\nmore of a\n- deeper\nat the margin',
    'b',
  ]);
  assert.deepEqual(items('1. a\n\n   an explanation\n\n2. b\n\n   another\n\n3. c'), ['a', 'b', 'c']);
  assert.deepEqual(items('1.\n   text below\n2. b'), ['text below', 'b']);
});

test('the indentation of code in an item survives', () => {
  assert.deepEqual(items('1. Run:\n   def f():\n       return 1\n2. Stop'), ['Run:\ndef f():\n    return 1', 'Stop']);
});

test('paragraphs between numbered items do not end the list, as the numbers go on', () => {
  assert.deepEqual(items('1. a\n\nWhy a.\n\n2. b\n\nWhy b:\n- x\n- y\n\n3. c'), ['a', 'b', 'c']);
  assert.deepEqual(items('1. a\n\n---\n\n2. b\n\n### Next\n\n3. c'), ['a', 'b', 'c']);
});

test('the longest of several lists is the answer', () => {
  assert.deepEqual(items('Notes:\n- x\n\nTopics:\n\n1. a\n2. b\n3. c\n\nSee also\n\n- y\n- z'), ['a', 'b', 'c']);
  assert.deepEqual(items('- Group\n\n  1. a\n  2. b'), ['a', 'b']);
});

test('two equally long lists are ambiguous', () => {
  assert.equal(problem('First:\n- a\n- b\n\nSecond:\n- c\n- d'), 'ambiguous');
  assert.equal(problem('1. a\n2. b\n\n1. c\n2. d'), 'ambiguous');
  assert.equal(problem('# One\n* a\n# Two\n* b'), 'ambiguous');
});

test('numbers that are aligned at their dots are one list', () => {
  assert.deepEqual(items('  9. a\n 10. b\n 11. c'), ['a', 'b', 'c']);
});

test('surrounding bold and quotes are removed, and nothing else', () => {
  const answer = [
    '1. **Bold**',
    '2. "Quoted"',
    "3. 'It's quoted'",
    '4. **"Both"**',
    '5. “Curly”',
    '6. **Term**: meaning',
    '7. "one" and "two"',
    '8. *Emphasis*',
    '9. "**Both** inside"',
    '10. "He said \\"no\\""',
    "11. 'one' or 'two'",
    '12. __Bold__',
  ].join('\n');
  assert.deepEqual(items(answer), [
    'Bold',
    'Quoted',
    "It's quoted",
    'Both',
    'Curly',
    '**Term**: meaning',
    '"one" and "two"',
    '*Emphasis*',
    '**Both** inside',
    'He said "no"',
    "'one' or 'two'",
    'Bold',
  ]);
});

test('prose holds no list, and neither does an empty answer', () => {
  assert.equal(problem('I am sorry, I cannot do that.'), 'no-list');
  const empty = parseList(' \n');
  assert.ok('problem' in empty && empty.problem === 'no-list' && empty.message.includes('empty'));
  assert.equal(problem('-\n-\n'), 'no-list');
});

/** Text of an item that holds nothing with a meaning of its own in any of the forms. */
const word = fc.stringMatching(/^[a-zäé]{1,8}$/u);
const plainItem = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const plainItems = fc.array(plainItem, { minLength: 1, maxLength: 12 });

test('any plain list in any marked form, with any blank lines and surroundings, is read back', () => {
  const layout = fc.record({
    marker: fc.constantFrom('-', '*', '•', 'N.', 'N)'),
    indent: fc.integer({ min: 0, max: 6 }),
    blanks: fc.integer({ min: 0, max: 2 }),
    newline: fc.constantFrom('\n', '\r\n'),
    wrap: fc.constantFrom('', '**', '"'),
    before: fc.constantFrom('', 'Here you are:\n', 'Here you are:\n\n'),
    after: fc.constantFrom('', '\n\nBye!', '\n'),
  });
  fc.assert(
    fc.property(plainItems, layout, (expected, { marker, indent, blanks, newline, wrap, before, after }) => {
      const lines = expected.map(
        (item, index) => `${' '.repeat(indent)}${marker.replace('N', String(index + 1))} ${wrap}${item}${wrap}`,
      );
      const text = (before + lines.join('\n'.repeat(blanks + 1)) + after).replaceAll('\n', newline);
      assert.deepEqual(items(text), expected);
    }),
  );
});

test('any list of strings as JSON is read back', () => {
  const strings = fc.array(
    fc.string().filter((text) => text.trim() !== ''),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(strings, fc.boolean(), (expected, pretty) => {
      assert.deepEqual(items(JSON.stringify(expected, null, pretty ? 2 : 0)), expected);
    }),
  );
});

test('whatever the answer is, it is read or refused, and items are never blank', () => {
  const piece = fc.constantFrom(
    '- ',
    '* ',
    '1. ',
    '2) ',
    '\n',
    '\n\n',
    '  ',
    '\t',
    'a',
    '"',
    '**',
    '```',
    '[',
    ']',
    '# ',
    ': ',
    '|',
    '&a',
    '---',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const reading = parseList(pieces.join(''));
      if ('items' in reading) {
        assert.ok(reading.items.length > 0);
        for (const item of reading.items) assert.notEqual(item.trim(), '');
      }
    }),
    { numRuns: 2000 },
  );
});

test('ten megabytes of anything do not hang it', () => {
  const hostile = [
    '- '.repeat(5e6),
    '* '.repeat(5e6),
    `${'['.repeat(5e6)}${']'.repeat(5e6)}`,
    '`'.repeat(1e7),
    `1. '${"a'".repeat(5e6)}'`,
    `${' '.repeat(1e7)}x`,
    '9'.repeat(1e7),
    Array.from({ length: 4400 }, (_, index) => `${' '.repeat(index)}- a\n`).join(''),
    '- a\n  - b\n\n'.repeat(3e5),
    '- "a" b\n'.repeat(40_000),
  ];
  for (const text of hostile) assert.ok(parseList(text));
});
