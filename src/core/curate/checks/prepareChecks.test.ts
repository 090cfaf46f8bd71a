import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../record/json.ts';
import type { CheckSpec, Verdict } from './check.ts';
import { prepareChecks } from './prepareChecks.ts';

async function verdict(spec: CheckSpec, value: Json | undefined): Promise<Verdict> {
  const [check] = await prepareChecks([spec]);
  assert.ok(check);
  return check.test(value);
}

const inShort = async (spec: CheckSpec, value: Json | undefined): Promise<string> => {
  const { state, reason, message } = await verdict(spec, value);
  return state === 'passed' ? 'passed' : `${state} ${reason}: ${message}`;
};

describe('checks', () => {
  it('tell what was measured and what was wanted', async () => {
    assert.deepEqual(await verdict({ kind: 'word_count', min: 3 }, 'one two'), {
      state: 'failed',
      score: 2,
      reason: 'word-count',
      message: 'the number of words is 2, the minimum is 3',
    });
    assert.deepEqual((await verdict({ kind: 'digits', max: 0.5 }, '1a1')).message.split(',')[1], ' the maximum is 0.5');
  });

  it('neither pass nor fail what is no text', async () => {
    for (const [value, expected] of [
      [undefined, 'unusable missing-field: is not there'],
      [null, 'unusable missing-field: is not there'],
      [5, 'unusable not-text: is 5, not a text'],
      [['a'], 'unusable not-text: is a list, not a text'],
      [{}, 'unusable not-text: is a map, not a text'],
    ] as const) {
      assert.equal(await inShort({ kind: 'refusal' }, value), expected);
    }
  });

  it('tokens', async () => {
    const spec = { kind: 'tokens', encoding: 'o200k_base' } as const;
    assert.equal(await inShort({ ...spec, min: 2, max: 2 }, 'hello world'), 'passed');
    assert.match(await inShort({ ...spec, max: 1 }, 'hello world'), /tokens is 2, the maximum is 1/u);
    assert.match(await inShort({ ...spec, min: 3 }, 'hello world'), /tokens is 2, the minimum is 3/u);
  });

  it('a part of the text, as prefix, suffix or anywhere, or not there', async () => {
    const spec = { kind: 'contains', text: 'Ab', where: 'prefix', ignoreCase: false, not: false } as const;
    assert.equal(await inShort(spec, 'Abc'), 'passed');
    assert.match(await inShort(spec, 'abc'), /failed contains: it has no "Ab" at the beginning/u);
    assert.equal(await inShort({ ...spec, ignoreCase: true }, 'aBc'), 'passed');
    assert.equal(await inShort({ ...spec, where: 'suffix' }, 'cAb'), 'passed');
    assert.match(await inShort({ ...spec, where: 'suffix' }, 'Abc'), /at the end/u);
    assert.equal(await inShort({ ...spec, where: 'anywhere' }, 'xAby'), 'passed');
    assert.match(await inShort({ ...spec, not: true }, 'Abc'), /it has "Ab" at the beginning/u);
  });

  it('a regular expression, in linear time whatever it is', async () => {
    const spec = { kind: 'matches', pattern: String.raw`\bcat\b`, ignoreCase: true, not: false } as const;
    assert.equal(await inShort(spec, 'The Cat sat'), 'passed');
    assert.match(await inShort(spec, 'concatenate'), /failed matches: it has no match of/u);
    assert.equal(await inShort({ ...spec, not: true }, 'concatenate'), 'passed');
    // An engine that backtracks would be busy with this for longer than the universe is old.
    assert.match(await inShort({ ...spec, pattern: '^(a+)+$' }, `${'a'.repeat(20_000)}b`), /failed/u);
  });

  it('the language', async () => {
    const spec = { kind: 'language', languages: ['en', 'de'], minScore: 0 } as const;
    assert.equal(await inShort(spec, 'The tide rises and falls twice a day.'), 'passed');
    assert.equal(await inShort(spec, 'Die Flut steigt und fällt zweimal am Tag.'), 'passed');
    assert.match(await inShort(spec, 'La marée monte et descend deux fois par jour.'), /is in fr, wanted is en, de/u);
    assert.match(await inShort({ ...spec, minScore: 0.99 }, 'The tide rises and falls.'), /under 0.99/u);
    assert.match(await inShort(spec, '12345'), /unusable unknown-language/u);
  });

  it('refusals, where they stand', async () => {
    for (const refusal of [
      'I’m sorry, but I can’t help with that.',
      'I cannot assist with this request, as it is against my guidelines.',
      'Unfortunately, I am unable to provide that.',
      'Ich kann Ihnen dabei leider nicht helfen.',
    ]) {
      assert.match(await inShort({ kind: 'refusal' }, refusal), /failed refusal: it declines to answer/u, refusal);
    }
    for (const answer of [
      'I cannot recommend this book enough.',
      'The pump could not help: it was broken. We are sorry for the delay.',
      `${'A long story. '.repeat(60)} “I’m sorry, but I can’t help you,” said the witch.`,
    ]) {
      assert.equal(await inShort({ kind: 'refusal' }, answer), 'passed', answer);
    }
  });

  it('phrases of assistants', async () => {
    const spec = { kind: 'assistant_phrases' } as const;
    assert.match(await inShort(spec, 'As an AI language model, I think so.'), /failed assistant-phrases.*As an AI/u);
    assert.match(await inShort(spec, 'Certainly! Tides rise.'), /failed/u);
    assert.match(await inShort(spec, 'Tides rise. Let me know if you have questions.'), /failed/u);
    assert.equal(await inShort(spec, 'Surely tides rise; here is why they do.'), 'passed');
  });

  it('a JSON Schema, for values and for texts that are JSON', async () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer' }, s: { type: 'string', pattern: '^(a+)+$' } },
      required: ['n'],
      additionalProperties: false,
    };
    const spec = { kind: 'schema', schema } as const;
    assert.equal(await inShort(spec, { n: 1 }), 'passed');
    assert.equal(await inShort(spec, '{"n": 1, "s": "aa"}'), 'passed');
    assert.equal(await inShort(spec, '```json\n{"n": 1}\n```'), 'passed');
    assert.match(await inShort(spec, { n: 1.5, x: 2 }), /additional properties \(x\); \/n must be integer/u);
    assert.match(await inShort(spec, '{"n"'), /failed schema: the text is not JSON/u);
    assert.match(await inShort(spec, { n: 1, s: `${'a'.repeat(20_000)}b` }), /\/s must match pattern/u);
    assert.equal(await inShort({ kind: 'schema', schema: { type: 'string' } }, 'plain'), 'passed');
    assert.match(await inShort(spec, undefined), /unusable missing-field/u);
  });

  it('numbers of the record', async () => {
    const spec = { kind: 'score', field: 'reward.h', min: 1.5, max: 4 } as const;
    assert.deepEqual(
      await Promise.all([1.5, 4, 1.49, 4.01, '3', undefined, null, []].map((value) => inShort(spec, value))),
      [
        'passed',
        'passed',
        'failed below-minimum: reward.h is 1.49, the minimum is 1.5',
        'failed above-maximum: reward.h is 4.01, the maximum is 4',
        'unusable not-a-number: reward.h is "3", not a number',
        'unusable missing-field: the record has no field reward.h',
        'unusable not-a-number: reward.h is null, not a number',
        'unusable not-a-number: reward.h is [], not a number',
      ],
    );
  });
});
