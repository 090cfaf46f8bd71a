import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlendStep, SplitStep } from '../pipeline/plan.ts';
import type { Item } from '../record/record.ts';
import { createBlendRunner } from './blend.ts';
import type { OrderedContext, OrderedRunner, Passed } from './ordered.ts';
import { createSplitRunner } from './split.ts';

async function round(
  runner: OrderedRunner,
  items: readonly Item[],
  putAway: OrderedContext['putAway'] = (away) => () => structuredClone(away),
): Promise<readonly Passed[]> {
  for (const item of items) await runner.take(item, { putAway });
  const passed: Passed[] = [];
  for await (const { records } of runner.end({ putAway })) passed.push(...records);
  return passed;
}

test('split: a group that comes again in a later round goes to the same part', async () => {
  const step: SplitStep = {
    id: 'parts',
    kind: 'split',
    from: [],
    prefixesKeys: false,
    by: 'group',
    parts: [
      { name: 'train', share: 0.5 },
      { name: 'test', share: 0.5 },
    ],
    into: 'split',
    seed: 1,
  };
  const runner = createSplitRunner(step);
  const partOf = new Map<unknown, unknown>();
  for (let number = 0; number < 5; number += 1) {
    // Each round knows one group more, so that they are dealt anew.
    const items = Array.from({ length: 10 + number }, (_, index): Item => {
      const key = [number, index];
      return { key, place: key, fields: { group: `g${index}` } };
    });
    const passed = await round(runner, items);
    assert.equal(passed.length, items.length);
    for (const { item, fields } of passed) {
      const { group = null } = item.fields;
      const part = partOf.get(group) ?? fields?.['split'];
      assert.equal(fields?.['split'], part, `group ${JSON.stringify(group)} is in two parts`);
      partOf.set(group, part);
    }
  }
  assert.equal(new Set(partOf.values()).size, 2);
});

test('blend: a record that is taken several times is not held in memory in between', async () => {
  const step: BlendStep = {
    id: 'mixed',
    kind: 'blend',
    from: [],
    prefixesKeys: true,
    sources: [{ step: 'few', count: 12 }],
    repeat: true,
    order: 'mixed',
    seed: 1,
  };
  const items = [0, 1, 2].map((index): Item => {
    const key = [index];
    return { key, place: key, fields: { index }, origin: { step: 'few', key } };
  });
  let takenOut = 0;
  const passed = await round(createBlendRunner(step), items, (away) => () => {
    takenOut += 1;
    return structuredClone(away);
  });
  assert.deepEqual([passed.length, takenOut], [12, 12]);
});
