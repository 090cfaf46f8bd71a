import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import type { JsonObject } from '../record/json.ts';
import type { Key } from '../record/key.ts';
import { createRunner } from './createRunner.ts';
import type { Outcome } from './step.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('personas.jsonl', '{"text":"a pilot","age":41}\n{"text":"a cook","age":29}\n');
  await fixture.put('personas.yaml', '- a pilot\n- { text: a cook }\n');
  await fixture.put('personas.txt', 'a pilot\n\n a cook \n');
  await fixture.put('broken.jsonl', '{"text":"a pilot"}\n{"text":\n');
  await fixture.put('empty.txt', '\n');
});
after(async () => {
  await fixture.dispose();
});

const text = (draw: string): string =>
  pipeline('steps:', '  - { id: r, read: { records: 3 } }', `  - { id: d, draw: { ${draw} } }`);

type Draw = (key: Key, fields?: JsonObject) => Promise<Outcome>;

async function drawOf(draw: string): Promise<Draw> {
  const step = (await fixture.steps(text(draw))).get('d');
  assert.ok(step?.kind === 'draw');
  const runner = createRunner(step);
  const never = { ask: () => Promise.reject(new Error('nobody is asked')) };
  return async (key, fields = {}) => {
    const outcome = await runner?.run({ fields, key, place: key }, never);
    assert.ok(outcome !== undefined);
    return outcome;
  };
}

async function drawn(draw: string, count = 300): Promise<readonly JsonObject[]> {
  const run = await drawOf(draw);
  const records: JsonObject[] = [];
  for (let index = 0; index < count; index += 1) {
    const outcome = await run([index]);
    records.push(outcome.records[0]?.fields ?? { rejected: outcome.rejections[0]?.reason ?? '' });
  }
  return records;
}

function tally(values: readonly unknown[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

describe('values are drawn', () => {
  it('from lists and weights, about as often as they should', async () => {
    const all = await drawn(
      'fields: { tone: { weighted: { formal: 3, casual: 1, never: 0 } }, n: { choice: [1, { a: 2 }] } }',
      2000,
    );
    const { formal = 0, casual = 0, never = 0 } = tally(all.map(({ tone }) => tone));
    assert.ok(formal > 1350 && formal < 1650 && formal + casual === 2000 && never === 0, `${formal}, ${casual}`);
    const numbers = tally(all.map(({ n }) => JSON.stringify(n)));
    assert.deepEqual(Object.keys(numbers).sort(), ['1', '{"a":2}']);
    assert.ok((numbers['1'] ?? 0) > 850 && (numbers['1'] ?? 0) < 1150);
  });

  it('from ranges, both ends included', async () => {
    const all = await drawn(
      'fields: { n: { int: [-1, 2] }, f: { float: [0.5, 1.5], decimals: 1 }, day: { date: [2024-02-28, 2024-03-01] } }',
    );
    assert.deepEqual(new Set(all.map(({ n }) => n)), new Set([-1, 0, 1, 2]));
    assert.deepEqual(new Set(all.map(({ day }) => day)), new Set(['2024-02-28', '2024-02-29', '2024-03-01']));
    assert.ok(all.every(({ f }) => typeof f === 'number' && f >= 0.5 && f <= 1.5 && String(f).length <= 3));
    assert.ok(new Set(all.map(({ f }) => f)).size > 8);
  });

  it('from files: records, YAML lists, lines', async () => {
    const from = async (file: string): Promise<unknown> => {
      const all = await drawn(`fields: { p: { file: ${file} } }`, 40);
      return new Set(all.map(({ p }) => JSON.stringify(p)));
    };
    assert.deepEqual(await from('personas.txt'), new Set(['"a pilot"', '"a cook"']));
    assert.deepEqual(await from('personas.jsonl, field: text'), new Set(['"a pilot"', '"a cook"']));
    assert.deepEqual(
      await from('personas.jsonl'),
      new Set(['{"text":"a pilot","age":41}', '{"text":"a cook","age":29}']),
    );
    assert.deepEqual(await from('personas.yaml'), new Set(['"a pilot"', '{"text":"a cook"}']));
  });

  it('depending on others', async () => {
    const draw =
      'fields: { tone: { choice: [formal, casual] }, greeting: { by: tone, cases: { formal: Dear, casual: { choice: [Hi, Hey] } } } }';
    const pairs = tally((await drawn(draw)).map(({ tone, greeting }) => JSON.stringify([tone, greeting])));
    assert.deepEqual(Object.keys(pairs).sort(), ['["casual","Hey"]', '["casual","Hi"]', '["formal","Dear"]']);
    const run = await drawOf(
      'fields: { x: { by: r, cases: { "1": one }, otherwise: { int: [7, 7] } } }'
        .replace('by: r', 'by: tone')
        .replace('fields: {', 'fields: { tone: { int: [1, 2] },'),
    );
    const values = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map(async (key) => (await run([key])).records[0]?.fields),
    );
    assert.deepEqual(
      new Set(values.map((fields) => JSON.stringify([fields?.['tone'], fields?.['x']]))),
      new Set(['[1,"one"]', '[2,7]']),
    );
  });

  it('by seed, key and field alone', async () => {
    const one = 'seed: 5, fields: { a: { int: [0, 1000000] } }';
    const run = await drawOf(one);
    const [first, second] = [await run([1, 2]), await run([3])];
    const again = await drawOf('seed: 5, fields: { b: { int: [0, 1000000] }, a: { int: [0, 1000000] } }');
    assert.equal((await again([3])).records[0]?.fields['a'], second.records[0]?.fields['a']);
    const { a, b } = (await again([1, 2])).records[0]?.fields ?? {};
    assert.equal(a, first.records[0]?.fields['a']);
    assert.notEqual(a, b);
    const other = await drawOf(one.replace('seed: 5', 'seed: 6'));
    assert.notEqual((await other([3])).records[0]?.fields['a'], second.records[0]?.fields['a']);
  });

  it('and put beside the other fields; a record that no case fits is told', async () => {
    const plan = pipeline(
      'steps:',
      '  - { id: r, read: { files: personas.jsonl } }',
      '  - { id: d, draw: { fields: { x: { by: age, cases: { "41": old } } } } }',
    );
    const step = (await fixture.steps(plan)).get('d');
    assert.ok(step?.kind === 'draw');
    const run = (fields: JsonObject): unknown =>
      createRunner(step)?.run({ fields, key: [0], place: [0] }, { ask: () => Promise.reject(new Error('no')) });
    assert.deepEqual(run({ age: 41, y: 1 }), {
      records: [{ fields: { age: 41, y: 1, x: 'old' }, index: null }],
      rejections: [],
    });
    assert.deepEqual(run({ age: 29 }), {
      records: [],
      rejections: [{ reason: 'no-case', message: 'no case for `x` fits: `age` is 29' }],
    });
  });
});

describe('a file that values are drawn from', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['file: broken.jsonl', /Step d, record 0: broken\.jsonl:2: the line is not JSON/u],
    ['file: personas.jsonl, field: name', /personas\.jsonl:1: the entry has no field name/u],
    ['file: personas.yaml, field: text', /personas\.yaml:1: the entry has no field text/u],
    ['file: empty.txt', /empty\.txt: the file has no entry to draw/u],
  ];
  for (const [file, wording] of wrong) {
    it(`stops the run when it is wrong ({ ${file} })`, async () => {
      const run = await drawOf(`fields: { p: { ${file} } }`);
      await assert.rejects(run([0]), wording);
    });
  }
});

describe('a step that draws', () => {
  it('gives its fields to templates', async () => {
    const steps = await fixture.steps(
      pipeline(
        'steps:',
        '  - { id: r, read: { records: 2 } }',
        '  - { id: d, draw: { fields: { persona: { file: personas.txt } } } }',
        '  - { id: g, generate: { prompt: { text: "You are {persona}." } } }',
      ),
    );
    assert.deepEqual([...steps.keys()], ['r', 'd', 'g']);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['fields: {}', 'missing-key: there is nothing to draw'],
    [
      'fields: { a: {} }',
      'wrong-sampler: a value is drawn from exactly one of choice, weighted, int, float, date, file; there is none',
    ],
    [
      'fields: { a: { int: [1, 2], choice: [x] } }',
      'wrong-sampler: a value is drawn from exactly one of choice, weighted, int, float, date, file; there are choice and int',
    ],
    ['fields: { a: { int: [2, 1] } }', 'out-of-range: the first must not be larger than the second'],
    ['fields: { a: { int: [1, 2], decimals: 1 } }', 'needless-key: `decimals` has no effect with `int`'],
    ['fields: { a: { weighted: { x: 0 } } }', 'out-of-range: at least one weight must be more than 0'],
    ['fields: { a: { file: gone.txt } }', 'missing-file: there is no file gone.txt'],
    [
      'fields: { a: { by: b, cases: { x: 1 } } }',
      'unknown-field: the records here have no field `b`; they have none yet',
    ],
    [
      'fields: { a: { choice: [x, y] }, b: { by: a, cases: { x: 1 } } }',
      'missing-case: there is no case for `y`, and no `otherwise`',
    ],
    [
      'fields: { a: { choice: [xx] }, b: { by: a, cases: { xx: 1, xy: 2 } } }',
      'unknown-case: `a` is never `xy` (did you mean `xx`?)',
    ],
    ['fields: { a: { choice: [x], cases: { x: 1 } } }', 'needless-key: `cases` has no effect without `by`'],
  ];
  for (const [draw, expected] of wrong) {
    it(`refuses { ${draw} }`, async () => {
      const found = await fixture.errors(text(draw));
      assert.deepEqual(
        found.map((error) => error.replace(/^\d+:\d+-\d+ /u, '')),
        [expected],
      );
    });
  }
});
