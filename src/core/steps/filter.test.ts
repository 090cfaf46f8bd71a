import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FilterStep } from '../pipeline/plan.ts';
import type { JsonObject } from '../record/json.ts';
import { createFilterRunner } from './filter.ts';
import type { Outcome } from './step.ts';

async function outcome(step: Partial<FilterStep>, fields: JsonObject): Promise<Outcome> {
  const runner = createFilterRunner({ id: 'f', kind: 'filter', from: [], prefixesKeys: false, ...step });
  const never = { ask: () => Promise.reject(new Error('nobody is asked')) };
  return runner.run({ fields, key: [0], place: [0] }, never);
}

/** The record as it went on, or why it did not. */
async function result(step: Partial<FilterStep>, fields: JsonObject): Promise<string> {
  const { records, rejections } = await outcome(step, fields);
  assert.equal(records.length + rejections.length, 1);
  const [rejection] = rejections;
  return rejection === undefined
    ? JSON.stringify(records[0]?.fields)
    : `${rejection.reason}: ${rejection.message}${rejection.score === undefined ? '' : ` (${JSON.stringify(rejection.score)})`}`;
}

const words = { texts: ['a'], checks: [{ kind: 'word_count', min: 2 }] } as const;

describe('a filter', () => {
  it('keeps numbers within bounds, both inclusive', async () => {
    const step = { field: 'r.h', min: 1, max: 2 };
    assert.equal(await result(step, { r: { h: 1 } }), '{"r":{"h":1}}');
    assert.equal(await result(step, { r: { h: 2 } }), '{"r":{"h":2}}');
    assert.equal(await result(step, { r: { h: 0.9 } }), 'below-minimum: r.h is 0.9, the minimum is 1 (0.9)');
    assert.equal(await result(step, { r: { h: '1' } }), 'not-a-number: r.h is "1", not a number');
    assert.equal(await result(step, {}), 'missing-field: the record has no field r.h');
  });

  it('names the field, the check and the score of what it turns down', async () => {
    assert.equal(await result(words, { a: 'one two' }), '{"a":"one two"}');
    assert.equal(await result(words, { a: 'one' }), 'word-count: a: the number of words is 1, the minimum is 2 (1)');
    assert.equal(await result(words, { a: 1 }), 'not-text: a is 1, not a text');
    assert.equal(await result(words, {}), 'missing-field: a is not there');
  });

  it('wants every check of every text to pass', async () => {
    const step = { ...words, texts: ['a', 'b.c'] };
    assert.equal(await result(step, { a: 'x y', b: { c: 'x y' } }), '{"a":"x y","b":{"c":"x y"}}');
    assert.match(await result(step, { a: 'x y', b: { c: 'x' } }), /^word-count: b\.c: /u);
  });

  it('works out an expression over the fields', async () => {
    const step = { when: 'r.h >= 1.5 and len(a) > 3' };
    assert.equal(await result(step, { a: 'four', r: { h: 1.5 } }), '{"a":"four","r":{"h":1.5}}');
    assert.match(await result(step, { a: 'abc', r: { h: 1.5 } }), /^when: .* is not true \(false\)/u);
    assert.match(await result(step, { r: { h: 1.5 } }), /^missing-field: .*`a` is not a name known here/u);
    assert.match(await result(step, { a: 'four', r: {} }), /^not-comparable: .*not nothing/u);
    assert.match(await result(step, { a: 'four', r: { h: 'x' } }), /^not-comparable: .*not a text and a number/u);
    assert.equal(await result({ when: 'not has(r.h) or r.h > 1' }, { r: {} }), '{"r":{}}');
  });

  it('does not let a number pass that is too large to be one', async () => {
    const fields = JSON.parse('{"n":1e999}') as JsonObject;
    assert.equal(await result({ field: 'n', min: 1 }, fields), 'not-a-number: n is too large a number');
    assert.match(await result({ when: 'n >= 1' }, fields), /^not-comparable: .*too large to be compared/u);
  });

  it('drops what passes, and still turns down what cannot be judged', async () => {
    const step = { ...words, action: 'drop' } as const;
    assert.equal(await result(step, { a: 'one' }), '{"a":"one"}');
    assert.match(await result(step, { a: 'one two' }), /^passed: .*\(\{"word_count":2\}\)/u);
    assert.equal(await result(step, {}), 'missing-field: a is not there');
  });

  it('only marks, with every reason', async () => {
    const step = {
      texts: ['a'],
      checks: [{ kind: 'word_count', min: 5 }, { kind: 'refusal' }],
      field: 'n',
      min: 1,
      action: 'mark',
      mark: 'why',
    } as const;
    assert.equal(
      await result(step, { a: 'I can’t help.', n: 'x' }),
      '{"a":"I can’t help.","n":"x","why":["not-a-number","word-count","refusal"]}',
    );
    assert.equal(
      await result(step, { a: 'one two three four five', n: 1 }),
      '{"a":"one two three four five","n":1,"why":[]}',
    );
  });

  it('stores what was measured, also of what it turns down', async () => {
    const step = { ...words, checks: [...words.checks, { kind: 'refusal' } as const], store: 's' };
    assert.equal(await result(step, { a: 'one two' }), '{"a":"one two","s":{"word_count":2,"refusal":null}}');
    const { rejections } = await outcome(step, { a: 'one' });
    assert.deepEqual(rejections[0]?.fields, { a: 'one', s: { word_count: 1, refusal: null } });
    const two = { ...words, texts: ['a', 'b'], store: 's' };
    assert.match(await result(two, { a: 'x y', b: 'x y z' }), /"s":\{"a\.word_count":2,"b\.word_count":3\}/u);
  });
});
