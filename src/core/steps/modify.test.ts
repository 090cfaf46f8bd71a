import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModifyStep } from '../pipeline/plan.ts';
import { parseJson, type JsonObject } from '../record/json.ts';
import { createModifyRunner } from './modify.ts';
import { fieldAt } from './step.ts';

async function modified(step: Partial<ModifyStep>, fields: JsonObject): Promise<string> {
  const runner = createModifyRunner({
    id: 'm',
    kind: 'modify',
    from: [],
    prefixesKeys: false,
    rename: {},
    set: {},
    remove: [],
    ...step,
  });
  const never = { ask: () => Promise.reject(new Error('nobody is asked')) };
  const { records } = await runner.run({ fields, key: [0], place: [0] }, never);
  return JSON.stringify(records.map((record) => record.fields));
}

test('fields are renamed, set and removed, the others stay as they are and where they are', async () => {
  const step = { rename: { a: 'z' }, set: { c: 3, d: 4 }, remove: ['b'] };
  assert.equal(await modified(step, { x: 0, a: 1, b: 2, c: 0 }), '[{"x":0,"z":1,"c":3,"d":4}]');
});

test('a field may have a name that every object knows', async () => {
  const text = '{"constructor":"Ferrari","toString":1,"__proto__":{"a":1},"hasOwnProperty":2}';
  const fields = parseJson(text) as JsonObject;
  assert.equal(await modified({}, fields), `[${text}]`);
  assert.equal(fieldAt(fields, 'constructor'), 'Ferrari');
  assert.equal(fieldAt({}, 'constructor'), undefined);
  assert.equal(fieldAt({ a: {} }, 'a.toString'), undefined);
});

const edits = [{ kind: 'trim' }, { kind: 'remove_markdown' }] as const;

test('texts are edited before fields are renamed', async () => {
  const step = { texts: ['a', 'm.0.content'], edits, rename: { a: 'b' } };
  assert.equal(
    await modified(step, { a: ' **x** ', m: [{ role: 'user', content: '_y_' }, { content: '_z_' }] }),
    '[{"b":"x","m":[{"role":"user","content":"y"},{"content":"_z_"}]}]',
  );
  assert.equal(await modified({ texts: ['a.b'], edits }, { 'a.b': '*x*' }), '[{"a.b":"x"}]');
});

test('a text that is not there, is none or is used up turns the record down', async () => {
  const reasons = async (fields: JsonObject): Promise<string> => {
    const step = { texts: ['a'], edits: [{ kind: 'remove_urls' }] } as const;
    const runner = createModifyRunner({
      id: 'm',
      kind: 'modify',
      from: [],
      prefixesKeys: false,
      rename: {},
      set: {},
      remove: [],
      ...step,
    });
    const never = { ask: () => Promise.reject(new Error('nobody is asked')) };
    const { records, rejections } = await runner.run({ fields, key: [0], place: [0] }, never);
    assert.equal(records.length, 0);
    return rejections.map(({ reason, message }) => `${reason}: ${message}`).join();
  };
  assert.equal(await reasons({}), 'missing-field: the record has no field a');
  assert.equal(await reasons({ a: 3 }), 'not-text: a is 3, not a text');
  assert.equal(await reasons({ a: 'www.a.example' }), 'empty: a: nothing is left of the text after remove_urls');
});

test('a record becomes one for every combination, the last list varying fastest', async () => {
  const cross = [
    { field: 'language', values: ['es', 'fr'] },
    { field: 'level', values: [1, 2] },
  ];
  assert.equal(
    await modified({ cross, set: { a: 2 } }, { a: 1 }),
    '[{"a":2,"language":"es","level":1},{"a":2,"language":"es","level":2},{"a":2,"language":"fr","level":1},{"a":2,"language":"fr","level":2}]',
  );
});
