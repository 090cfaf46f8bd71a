import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PlanFixture } from '../pipeline/planFixture.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('n.jsonl', Array.from({ length: 500 }, (_, n) => (n === 7 ? 'broken' : `{"n":${n}}`)).join('\n'));
});
after(async () => {
  await fixture.dispose();
});

async function sampled(options: string): Promise<{ readonly keys: readonly number[]; readonly problems: number }> {
  const told = (await fixture.read(`files: n.jsonl, sample: { ${options} }`)) as [string, unknown, unknown?][];
  return {
    keys: told.filter((entry) => entry.length === 2).map(([key]) => Number(key)),
    problems: told.filter((entry) => entry.length === 3).length,
  };
}

describe('a sample', () => {
  it('of a count has so many, in order, the same for the same seed', async () => {
    const { keys, problems } = await sampled('count: 20, seed: 1');
    assert.equal(keys.length, 20);
    assert.deepEqual(
      keys,
      keys.toSorted((a, b) => a - b),
    );
    assert.deepEqual(await sampled('count: 20, seed: 1'), { keys, problems });
    assert.notDeepEqual((await sampled('count: 20, seed: 2')).keys, keys);
    assert.equal(problems, 1, 'what cannot be read is told all the same');
    const smaller = await sampled('count: 5, seed: 1');
    assert.ok(smaller.keys.every((key) => keys.includes(key)));
    assert.equal((await sampled('count: 9999')).keys.length, 499);
  });

  it('of a ratio takes about as much, spread over all', async () => {
    const { keys } = await sampled('ratio: 0.2, seed: 3');
    assert.ok(keys.length > 60 && keys.length < 140, String(keys.length));
    for (const part of [0, 1, 2, 3, 4]) assert.ok(keys.some((key) => Math.floor(key / 100) === part));
    assert.equal((await sampled('ratio: 1')).keys.length, 499);
  });

  it('is drawn before texts are cut', async () => {
    const options = 'values: ["a\\n\\nb", "c\\n\\nd"], sample: { count: 1 }, chunk: { by: paragraphs }';
    const told = (await fixture.read(options)) as [string][];
    assert.equal(new Set(told.map(([key]) => key.split('.')[0])).size, 1);
    assert.equal(told.length, 2);
  });
});

it('so many empty records can be read', async () => {
  assert.deepEqual(await fixture.read('records: 2, index: n'), [
    ['0', { n: 0 }],
    ['1', { n: 1 }],
  ]);
});
