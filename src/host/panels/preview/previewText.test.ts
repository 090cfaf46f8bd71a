import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findValues, readText, renderParts, toChatMessages } from './previewText.ts';

const none = { bind: {}, record: undefined, pipeline: {}, sample: {}, builtIn: {} };
const from = (values: ReturnType<typeof findValues>) =>
  Object.fromEntries([...values].map(([name, value]) => [name, `${value.from}: ${value.value}`]));

test('without a record the sample goes first, then what the pipeline and the built-in template have', () => {
  const values = findValues(['a', 'b', 'c', 'd'], {
    ...none,
    sample: { a: 'sample' },
    pipeline: { a: 'x', b: 2 },
    builtIn: { b: 'x', c: 'built-in' },
  });
  assert.deepEqual(from(values), { a: 'sample: sample', b: 'pipeline: 2', c: 'built-in: built-in' });
});

test('a record fills in as in a run: bound fields, the pipeline’s values, fields of the same name', () => {
  const values = findValues(['document', 'n', 'topic', 'label', 'rest'], {
    ...none,
    bind: { document: 'source.text', label: 'a.b' },
    record: { source: { text: 'deep' }, 'a.b': 'flat', n: 'not this', topic: ['x'] },
    pipeline: { n: 3 },
    sample: { rest: 'helps out', topic: 'not this' },
  });
  assert.deepEqual(from(values), {
    document: 'record: deep',
    n: 'pipeline: 3',
    topic: 'record: ["x"]',
    label: 'record: flat',
    rest: 'sample: helps out',
  });
});

test('the messages are what is sent, with every value marked; braces in values mean nothing', () => {
  const text = readText(
    '---\nsystem: Be {tone}.\nsample: { tone: kind, thing: "{x} $&" }\n---\n\n{{a}} {thing} {gone}\n',
  );
  assert.deepEqual(text.problems, []);
  const messages = renderParts(text, findValues(text.placeholders, { ...none, sample: text.sample }));
  assert.deepEqual(toChatMessages(messages), [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: '{a} {x} $& {gone}' },
  ]);
  const missing = messages.flatMap(({ parts }) => parts).filter(({ isMissing }) => isMissing);
  assert.deepEqual(missing, [{ text: '{gone}', name: 'gone', isMissing: true }]);
});

test('a text that is wrong says so with the line, and is shown as far as it goes', () => {
  const text = readText('---\nexpects: lists\n---\n\nName { things\n');
  assert.equal(text.problems.length, 2);
  assert.match(text.problems.join('\n'), /^2: expects must be one of/mu);
  assert.match(text.problems.join('\n'), /^5: this opening brace is never closed/mu);
  assert.match(
    renderParts(text, new Map())[0]
      ?.parts.map((part) => part.text)
      .join('') ?? '',
    /Name \{ things/u,
  );
});
