import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { readConvertedList } from './convertedList.ts';

const ORIGINAL = 'Sure:\n1. Space exploration\n2. "Food": cooking & more\n3. yes\n4. y\n5. 42';

function outcome(yaml: string, original = ORIGINAL): string | readonly string[] {
  const reading = readConvertedList(yaml, original);
  return 'items' in reading ? reading.items : reading.problem;
}

test('a YAML list of texts that occur in the answer is accepted, in its order', () => {
  assert.deepEqual(outcome('- Space exploration\n- \'"Food": cooking & more\'\n'), [
    'Space exploration',
    '"Food": cooking & more',
  ]);
  assert.deepEqual(outcome('["Space", "1. Space"]'), ['Space', '1. Space']);
  assert.deepEqual(outcome('[]'), []);
});

test('each check has its own problem', () => {
  assert.equal(outcome('- "a'), 'not-yaml');
  assert.equal(outcome('```yaml\n- Space exploration\n```'), 'not-yaml');
  assert.equal(outcome('- a\n---\n- b'), 'not-yaml');
  assert.equal(outcome('I could not find a list.'), 'not-a-list');
  assert.equal(outcome('items:\n  - Space exploration'), 'not-a-list');
  assert.equal(outcome(''), 'not-a-list');
  assert.equal(outcome('- Space exploration\n- Food: cooking'), 'not-strings');
  assert.equal(outcome('- 42'), 'not-strings');
  assert.equal(outcome('- yes'), 'not-strings');
  assert.equal(outcome('- - Space'), 'not-strings');
  assert.equal(outcome('-'), 'not-strings');
  assert.equal(outcome('- Space travel'), 'hallucination');
  assert.equal(outcome('- space exploration'), 'hallucination');
});

test('a one-letter word is a text', () => {
  assert.deepEqual(outcome('- y'), ['y']);
});

test('the message of a hallucination names the element', () => {
  const reading = readConvertedList('- Space exploration\n- Space travel', ORIGINAL);
  assert.ok('message' in reading && /element 2 .*"Space travel"/u.test(reading.message));
});

test('items may come in another order than in the answer, and more than once', () => {
  assert.deepEqual(outcome('[Space, Sure, Space]'), ['Space', 'Sure', 'Space']);
});

test('what is written as YAML is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (texts) => {
      const yaml = stringify(texts, { version: '1.1', defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0 });
      assert.deepEqual(outcome(yaml, texts.join('\n')), texts);
    }),
  );
});
