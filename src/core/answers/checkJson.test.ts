import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../record/json.ts';
import { compileJsonSchema } from './checkJson.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    score: { type: 'integer', minimum: 1, maximum: 5 },
    terms: { type: 'array', items: { $ref: '#/$defs/term' }, maxItems: 2 },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['score'],
  additionalProperties: false,
  $defs: { term: { type: 'string', pattern: '^[a-z]+$' } },
};

test('a value that conforms has nothing to be said against it', () => {
  const check = compileJsonSchema(SCHEMA);
  for (const value of [{ score: 1 }, { score: 5, terms: ['a', 'b'], note: null }] as const) {
    assert.equal(check(value), null);
  }
});

test('a value that does not names the place in itself and in the schema', () => {
  const check = compileJsonSchema(SCHEMA);
  const cases: readonly (readonly [Json, RegExp])[] = [
    [{}, /^the value breaks the schema at #\/required: .*score/u],
    [{ score: 6 }, /^#\/score breaks the schema at #\/properties\/score\/maximum: 6 is greater than 5/u],
    [{ score: 1.5 }, /^#\/score breaks the schema at #\/properties\/score\/type/u],
    [{ score: 1, terms: ['a', 'B'] }, /^#\/terms\/1 breaks the schema at .*\$ref\/pattern/u],
    [{ score: 1, terms: ['a', 'b', 'c'] }, /^#\/terms breaks the schema at #\/properties\/terms\/maxItems/u],
    [{ score: 1, note: 3 }, /^#\/note breaks the schema at #\/properties\/note\/anyOf/u],
    [{ score: 1, other: 1 }, /^the value breaks the schema at #\/additionalProperties: .*other/u],
    [[], /^the value breaks the schema at #\/type/u],
  ];
  for (const [value, message] of cases) assert.match(check(value) ?? 'conforms', message);
});

test('the draft is the one that the schema names', () => {
  const tuple = { type: 'array', items: [{ type: 'string' }, { type: 'number' }] };
  const older = compileJsonSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple });
  assert.equal(older(['a', 1]), null);
  assert.match(older([1, 'a']) ?? 'conforms', /#\/0 breaks the schema/u);
});

test('the schema itself stays as it is', () => {
  const before = structuredClone(SCHEMA);
  compileJsonSchema(SCHEMA)({ score: 1 });
  assert.deepEqual(SCHEMA, before);
});
