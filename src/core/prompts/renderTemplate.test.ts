import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError } from '../errors.ts';
import { compileTemplate, renderTemplate } from './renderTemplate.ts';

test('fills in every placeholder, numbers as well', () => {
  assert.equal(renderTemplate('{n} of {what}, {n}!', { n: 5, what: 'us' }), '5 of us, 5!');
});

test('a missing value is an error that names the placeholder, the nearest value and those there are', () => {
  assert.throws(
    () => renderTemplate('About {topic}', { topics: 'a', n: 1 }),
    (error) =>
      error instanceof InvalidInputError &&
      error.diagnostics[0]?.code === 'missing-value' &&
      /\{topic\}.*did you mean topics\?.*topics, n/u.test(error.message),
  );
});

test('what every object inherits is not a value', () => {
  assert.throws(() => renderTemplate('{toString}{constructor}', {}), InvalidInputError);
});

test('a text that is no template is refused before anything is rendered', () => {
  assert.throws(
    () => compileTemplate('{x.y} {'),
    (error) => error instanceof InvalidInputError && error.diagnostics.length === 2,
  );
});

const hostileText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom('{', '}', '$&', '$1', '$$', '\\', '{x}', '\n', '`')).map((parts) => parts.join('')),
);

test('values are inserted literally', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (first, second) => {
      assert.equal(renderTemplate('<{a}|{b}|{a}>', { a: first, b: second }), `<${first}|${second}|${first}>`);
    }),
  );
});

test('doubling the braces of any text makes it a template of that text', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = text.replaceAll('{', '{{').replaceAll('}', '}}');
      assert.equal(renderTemplate(escaped, {}), text);
    }),
  );
});

test('rendering inserts each value where its placeholder stood', () => {
  const piece = fc.oneof(
    fc.record({ text: hostileText }),
    fc.record({ name: fc.constantFrom('a', 'b_2', 'topic'), value: hostileText }),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const values: Record<string, string> = {};
      for (const part of pieces) if ('name' in part) values[part.name] = part.value;
      const body = pieces
        .map((part) => ('name' in part ? `{${part.name}}` : part.text.replaceAll('{', '{{').replaceAll('}', '}}')))
        .join('');
      const expected = pieces.map((part) => ('name' in part ? values[part.name] : part.text)).join('');
      assert.equal(compileTemplate(body)(values), expected);
    }),
  );
});
