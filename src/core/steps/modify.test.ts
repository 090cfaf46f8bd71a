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
