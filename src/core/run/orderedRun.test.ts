/** Whole runs of the steps that see their records in order. Longer than other files: each needs a run, and they share the fixture. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import type { RunSummary } from './events.ts';
import { runsFolder } from './runFolder.ts';
import { startRun, type StartOptions } from './runPipeline.ts';

let fixture: PlanFixture;
const http = createHttpFetch();
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

const values = Array.from({ length: 40 }, (_, index) => `{ n: ${index}, group: g${index % 8}, label: l${index % 2} }`);
const read = ['steps:', '  - id: rows', `    read: { values: [${values.join(', ')}], into: row }`];

async function run(
  lines: readonly string[],
  options: Partial<Pick<StartOptions, 'concurrency' | 'mode' | 'force' | 'more' | 'onWarning'>> = {},
): Promise<RunSummary> {
  const text = pipeline(...lines);
  const plan = await fixture.plan(text);
  const { root } = fixture;
  const { mode = 'run', ...rest } = options;
  return startRun({
    http,
    version: 'test',
    profiles: [{ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) }],
    text,
    root,
    plan,
    mode,
    force: true,
    ...(mode === 'preview' ? { limit: 3 } : {}),
    ...rest,
  });
}

const rows = (name: string): { n: number; group: string; label: string; split?: string }[] =>
  readFileSync(join(fixture.root, 'work/data', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const record = JSON.parse(line) as { row: { n: number; group: string; label: string }; split?: string };
      return record.split === undefined ? record.row : { ...record.row, split: record.split };
    });

test('shuffle: the same seed gives the same order, another another, and nothing is lost', async () => {
  const orders: number[][] = [];
  for (const seed of [1, 1, 2]) {
    await run([...read, '  - id: mixed', `    shuffle: { seed: ${seed} }`, 'output: data/mixed.jsonl']);
    orders.push(rows('mixed.jsonl').map(({ n }) => n));
  }
  const [first, second, third] = orders;
  assert.deepEqual(first, second);
  assert.notDeepEqual(first, third);
  const sorted = Array.from({ length: 40 }, (_, index) => index);
  assert.notDeepEqual(first, sorted);
  assert.deepEqual(
    first?.toSorted((a, b) => a - b),
    sorted,
  );
});

test('sample: so many of each group, in their order; the others are among the rejects', async () => {
  const summary = await run([
    ...read,
    '  - id: drawn',
    '    sample: { count: 2, per: row.group, seed: 3 }',
    'output: data/drawn.jsonl',
  ]);
  const drawn = rows('drawn.jsonl');
  assert.equal(drawn.length, 16);
  assert.deepEqual(new Set(drawn.map(({ group }) => group)).size, 8);
  assert.deepEqual(
    drawn.map(({ n }) => n),
    drawn.map(({ n }) => n).toSorted((a, b) => a - b),
  );
  assert.equal(summary.discarded, 24);
  const rejects = readFileSync(join(runsFolder(fixture.root), summary.run ?? '', 'rejects.jsonl'), 'utf8');
  assert.match(rejects, /"reason":"not-drawn"/u);
});

const groupsOf = (name: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { group } of rows(name)) counts[group] = (counts[group] ?? 0) + 1;
  return counts;
};

test('sample: quotas by value; what there is too little of is told, what has no quota is turned down', async () => {
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const drawn = (size: string): string[] => [
    ...read,
    '  - id: drawn',
    `    sample: { ${size}, per: row.group }`,
    'output: data/quota.jsonl',
  ];
  const only = await run(drawn('quotas: { g0: 3, g1: 1, g2: 9, none: 2 }'), { onWarning });
  assert.deepEqual(groupsOf('quota.jsonl'), { g0: 3, g1: 1, g2: 5 });
  assert.deepEqual(warnings, ['step drawn: there were fewer records than wanted ("g2": 5 of 9, "none": 0 of 2)']);
  const reasons = rejectsOf(only).map(({ reason }) => reason);
  assert.equal(reasons.filter((reason) => reason === 'no-quota').length, 25);
  assert.equal(reasons.filter((reason) => reason === 'not-drawn').length, 6);
  await run(drawn('quotas: { g0: 4 }, count: 1'));
  assert.deepEqual(groupsOf('quota.jsonl'), { g0: 4, g1: 1, g2: 1, g3: 1, g4: 1, g5: 1, g6: 1, g7: 1 });
});

test('sample: balanced, of each value as many as the rarest has', async () => {
  const summary = await run([
    ...read,
    '  - id: some',
    '    filter: { when: row.group != "g3" or row.n < 12 }',
    '  - id: drawn',
    '    sample: { balanced: true, per: row.group }',
    'output: data/balanced.jsonl',
  ]);
  assert.equal(summary.records, 16);
  assert.deepEqual(new Set(Object.values(groupsOf('balanced.jsonl'))), new Set([2]));
});

test('blend: a step that holds fewer records than wanted is told', async () => {
  const warnings: string[] = [];
  const blend = (options: string): string[] => blended(`    blend: { counts: { real: 4, made: 3 }${options} }`);
  await run(blend(''), { onWarning: (message) => warnings.push(message) });
  assert.deepEqual(warnings, ['step all: there were fewer records than wanted ("made": 2 of 3)']);
  await run(blend(', repeat: true'), { onWarning: (message) => warnings.push(message) });
  assert.equal(warnings.length, 1);
});

test('split: a file for each part, groups stay together, shares are met in each stratum', async () => {
  await run([
    ...read,
    '  - id: parts',
    '    split: { parts: { train: 0.5, test: 0.5 }, by: row.group, stratify: row.label, seed: 5 }',
    'outputs:',
    '  - { path: "data/{split}.jsonl" }',
  ]);
  const [train, test_] = [rows('train.jsonl'), rows('test.jsonl')];
  assert.deepEqual([train.length, test_.length], [20, 20]);
  const groups = new Set(train.map(({ group }) => group));
  assert.ok(test_.every(({ group }) => !groups.has(group)));
  for (const part of [train, test_]) assert.equal(part.filter(({ label }) => label === 'l0').length, 10);
  assert.ok(train.every(({ split }) => split === 'train'));
});

const texts = (name: string): string[] =>
  readFileSync(join(fixture.root, 'work/data', name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);

const rejectsOf = (summary: RunSummary): { id: string; reason: string; message: string }[] =>
  readFileSync(join(runsFolder(fixture.root), summary.run ?? '', 'rejects.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; reason: string; message: string });

const blended = (...lines: readonly string[]): string[] => [
  'steps:',
  '  - id: real',
  '    read: { values: [a, b, c, d, e, f] }',
  '  - id: made',
  '    read: { values: [u, v] }',
  '  - id: all',
  '    from: [real, made]',
  ...lines,
  'output: data/blended.jsonl',
];

test('blend: in proportion, as many as the scarcest source allows, each marked with where it is from', async () => {
  const summary = await run(blended('    blend: { weights: { real: 2, made: 1 }, mark: origin, seed: 2 }'));
  const records = readFileSync(join(fixture.root, 'work/data/blended.jsonl'), 'utf8').trimEnd().split('\n');
  const origins = records.map((line) => (JSON.parse(line) as { origin: string }).origin);
  assert.equal(origins.filter((origin) => origin === 'real').length, 4);
  assert.equal(origins.filter((origin) => origin === 'made').length, 2);
  assert.notDeepEqual(origins, origins.toSorted().reverse());
  assert.deepEqual(
    rejectsOf(summary).map(({ reason }) => reason),
    ['not-drawn', 'not-drawn'],
  );
});

test('blend: counts, records taken again get keys of their own, each record once before any twice', async () => {
  await run(blended('    blend: { counts: { real: 3, made: 5 }, repeat: true, order: sources, seed: 2 }'));
  const records = readFileSync(join(fixture.root, 'work/data/blended.jsonl'), 'utf8').trimEnd().split('\n');
  const ids = records.map((line) => (JSON.parse(line) as { id: string }).id);
  assert.equal(new Set(ids).size, 8);
  assert.deepEqual(ids.slice(3, 7), ['1.0.0', '1.1.0', '1.0.1', '1.1.1']);
});

test('dedup: the first of equal texts stays, the others say which one they are the same as', async () => {
  const summary = await run([
    'steps:',
    '  - id: lines',
    '    read: { values: ["One text", "another", "one  TEXT", "One text!", "another"] }',
    '  - id: unique',
    '    dedup: { fields: [text] }',
    'output: data/unique.jsonl',
  ]);
  assert.deepEqual(texts('unique.jsonl'), ['One text', 'another', 'One text!']);
  assert.deepEqual(
    rejectsOf(summary).map(({ id, reason, message }) => [id, reason, message]),
    [
      ['2', 'duplicate', 'the same as 0'],
      ['4', 'duplicate', 'the same as 1'],
    ],
  );
});

test('dedup: near-duplicates, counted from the earliest kept one', async () => {
  const long = 'The committee met on Tuesday to discuss how the new railway line would cross the valley and the river';
  const summary = await run([
    'steps:',
    '  - id: lines',
    `    read: { values: ["${long}.", "${long}!", "Something else entirely", "${long}, and the hill behind the village"] }`,
    '  - id: unique',
    '    dedup: { method: fuzzy, fields: [text], threshold: 0.9 }',
    'output: data/near.jsonl',
  ]);
  assert.equal(texts('near.jsonl').length, 3);
  const [reject] = rejectsOf(summary);
  assert.match(reject?.message ?? '', /^9\d\.\d% of the n-grams of it and 0 together are common to both$/u);
});

test('dedup: records of a reference are only compared with; what is near them is told as contaminated', async () => {
  const summary = await run([
    'steps:',
    '  - id: exam',
    '    read: { values: ["What is the capital of France and on which river does it lie?"] }',
    '  - id: mine',
    '    read: { values: ["A question of my own", "Tell me: what is the capital of France and on which river does it lie?"] }',
    '  - id: clean',
    '    from: [exam, mine]',
    '    dedup: { method: overlap, fields: [text], ngram: { unit: words, size: 8 }, reference: exam }',
    'output: data/clean.jsonl',
  ]);
  assert.deepEqual(texts('clean.jsonl'), ['A question of my own']);
  assert.deepEqual(
    rejectsOf(summary).map(({ id, reason, message }) => [id, reason, message]),
    [['1.1', 'contaminated', '75.0% of its n-grams occur in exam']],
  );
});

test('dedup: every record of a reference counts, those near to each other and short ones as well', async () => {
  const warnings: string[] = [];
  const head = 'Choose the right one of the following four answers to this question:';
  const summary = await run(
    [
      'steps:',
      '  - id: exam',
      `    read: { values: ["${head} on which river does the capital of France lie", "${head} how many moons go around the planet Mars", "Name a noble gas."] }`,
      '  - id: mine',
      '    read: { values: ["So tell me how many moons go around the planet Mars", "name a NOBLE gas", "Name a noble gas and a metal"] }',
      '  - id: clean',
      '    from: [exam, mine]',
      '    dedup: { method: overlap, fields: [text], ngram: { unit: words, size: 8 }, reference: exam }',
      'output: data/short.jsonl',
    ],
    { onWarning: (message) => warnings.push(message) },
  );
  assert.deepEqual(texts('short.jsonl'), ['Name a noble gas and a metal']);
  assert.deepEqual(
    rejectsOf(summary).map(({ id, reason }) => [id, reason]),
    [
      ['1.0', 'contaminated'],
      ['1.1', 'contaminated'],
    ],
  );
  assert.deepEqual(warnings, [
    'step clean: 1 of the reference records are shorter than 8 words; for these only the very same text is found (a smaller `ngram` finds more)',
  ]);
});

test('dedup: against a file that is there already, the same and nearly the same texts', async () => {
  const data = join(fixture.root, 'work/exam.jsonl');
  const question = 'What is the capital of France and on which river does it lie?';
  writeFileSync(data, `${JSON.stringify({ text: question })}\n`);
  for (const [method, mine] of [
    ['exact', 'what is the  CAPITAL of France and on which river does it lie?'],
    ['fuzzy', 'What is the capital of France, and on which river does it lie?'],
  ] as const) {
    const summary = await run([
      'steps:',
      '  - id: exam',
      '    read: { files: ./exam.jsonl }',
      '  - id: mine',
      `    read: { values: ["A question of my own", ${JSON.stringify(mine)}] }`,
      '  - id: clean',
      '    from: [exam, mine]',
      `    dedup: { method: ${method}, fields: [text], reference: exam }`,
      'output: data/against.jsonl',
    ]);
    assert.deepEqual(texts('against.jsonl'), ['A question of my own'], method);
    assert.deepEqual(
      rejectsOf(summary).map(({ id, reason }) => [id, reason]),
      [['1.1', 'contaminated']],
    );
    assert.match(rejectsOf(summary)[0]?.message ?? '', /exam 0/u);
  }
});

test('dedup: decontamination by embedding, and what of the reference cannot be compared is told', async () => {
  const summary = await run([
    'steps:',
    '  - id: exam',
    '    read: { values: [{ v: [1, 0] }, { w: 1 }], into: row }',
    '  - id: mine',
    '    read: { values: [{ v: [0, 1] }, { v: [0.99, 0.01] }], into: row }',
    '  - id: clean',
    '    from: [exam, mine]',
    '    dedup: { method: semantic, embedding: row.v, threshold: 0.95, reference: exam }',
    'output: data/far.jsonl',
  ]);
  assert.equal(summary.records, 1);
  assert.deepEqual(
    rejectsOf(summary).map(({ id, reason, message }) => [id, reason, message]),
    [
      ['0.1', 'missing-field', 'the record has no field row.v'],
      ['1.1', 'contaminated', 'the cosine to exam 0.0 is 0.9999'],
    ],
  );
});

test('dedup: embeddings, and records that cannot be compared', async () => {
  const summary = await run([
    'steps:',
    '  - id: lines',
    '    read: { values: [{ v: [1, 0] }, { v: [0.99, 0.01] }, { v: [1] }, { v: none }, { w: 1 }, { v: [0, 1] }], into: row }',
    '  - id: unique',
    '    dedup: { method: semantic, embedding: row.v }',
    'output: data/vectors.jsonl',
  ]);
  assert.deepEqual(
    rejectsOf(summary).map(({ id, reason, message }) => [id, reason, message]),
    [
      ['1', 'duplicate', 'the cosine to 0 is 0.9999'],
      ['2', 'not-an-embedding', 'row.v cannot be compared: it has 1 numbers, those before have 2'],
      ['3', 'not-an-embedding', 'row.v is no list of numbers'],
      ['4', 'missing-field', 'the record has no field row.v'],
    ],
  );
  assert.equal(summary.records, 2);
});

test('a split dataset as a folder that the Hub takes, replaced by a later run and by nothing else', async () => {
  const lines = (seed: number): string[] => [
    ...read,
    '  - id: parts',
    `    split: { parts: { train: 3, test: 1 }, seed: ${seed} }`,
    'outputs: [{ path: data/hub, format: hf, license: mit }, { path: data/table.parquet, format: parquet }]',
  ];
  const summary = await run(lines(1));
  assert.equal(summary.records, 80);
  const hub = join(fixture.root, 'work/data/hub');
  assert.deepEqual(readdirSync(join(hub, 'data')).sort(), ['test.parquet', 'train.parquet']);
  assert.equal(readFileSync(join(fixture.root, 'work/data/table.parquet')).subarray(0, 4).toString(), 'PAR1');
  assert.match(readFileSync(join(hub, 'README.md'), 'utf8'), /license: mit[^]*parts: \{ train: 3, test: 1 \}/u);
  await run(lines(2), { force: false });
  writeFileSync(join(hub, 'data/train.parquet'), 'mine');
  await assert.rejects(run(lines(3), { force: false }), /was not written by Openline, or was changed since/u);
});

test('the same bytes whatever the concurrency, with questions before and behind an ordered step', async () => {
  const lines = [
    ...read,
    '  - id: answers',
    '    generate: { prompt: { text: "Say something about number {n}" }, bind: { n: row.n }, expect: { text: answer } }',
    '  - id: mixed',
    '    shuffle: { seed: 4 }',
    '  - id: more',
    '    generate: { prompt: { text: "And about {answer}" }, expect: { text: more } }',
    'output: data/asked.jsonl',
  ];
  const texts = new Set<string>();
  for (const concurrency of [1, 7, 64]) {
    const { records, requests, reused } = await run(lines, { concurrency });
    assert.deepEqual([records, requests + reused], [40, 80]);
    texts.add(readFileSync(join(fixture.root, 'work/data/asked.jsonl'), 'utf8'));
  }
  assert.equal(texts.size, 1);
});

test('a target that rounds cannot reach is told, and so is a lack of more', async () => {
  const lines = [
    ...read,
    '  - id: unique',
    '    dedup: { fields: [row.group] }',
    'target: { records: 20 }',
    'output: data/few.jsonl',
  ];
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  assert.equal((await run(lines, { onWarning })).records, 8);
  assert.match(
    warnings.join('\n'),
    /few\.jsonl has 8 of the 20 records that were asked for: the last of 2 rounds added none/u,
  );
  warnings.length = 0;
  assert.equal((await run(lines, { onWarning, more: 5 })).records, 8);
  assert.match(warnings.join('\n'), /few\.jsonl has 8 of the 13 records that were asked for/u);
});

test('a preview of a shuffled pipeline asks for its few records alone', async () => {
  const { records, requests } = await run(
    [
      ...read,
      '  - id: preview_answers',
      '    generate: { prompt: { text: "Preview number {n}" }, bind: { n: row.n }, expect: { text: answer } }',
      '  - id: mixed',
      '    shuffle: {}',
      'output: data/preview.jsonl',
    ],
    { mode: 'preview' },
  );
  assert.deepEqual([records, requests], [3, 3]);
});

const wrong: readonly (readonly [string, readonly string[], string])[] = [
  [
    'no size',
    ['    sample: {}'],
    '6:5-11 missing-key: a sample has a size: `count` records, `ratio`, a share of them, `quotas`, or `balanced: true`',
  ],
  [
    'two sizes',
    ['    sample: { count: 2, ratio: 0.5 }'],
    '6:5-11 conflicting-keys: a sample has a size: `count` records, `ratio`, a share of them, `quotas`, or `balanced: true`; one of them (`count` may stand with `quotas`)',
  ],
  [
    'quotas of no field',
    ['    sample: { quotas: { a: 1 } }'],
    '6:15-21 missing-key: `quotas` goes with `per`, the field that holds the values',
  ],
  [
    'an unknown field',
    ['    split: { parts: { a: 1, b: 1 }, by: grup }'],
    '6:41-45 unknown-field: the records here have no field `grup`; they have row',
  ],
  [
    'a blend that forgets a step',
    ['    blend: { weights: { row: 1 } }'],
    '6:23-33 missing-key: `weights` says nothing of rows\n6:25-28 unknown-step: `row` is not a step of `from` (did you mean `rows`?); valid: rows',
  ],
  [
    'no fields to compare',
    ['    dedup: {}'],
    '6:5-10 missing-key: de-duplication needs `fields`, the fields that are compared',
  ],
  [
    'an option of another method',
    ['    dedup: { fields: [row], threshold: 0.5 }'],
    '6:29-38 needless-key: `threshold` has no effect with the method exact',
  ],
  [
    'no reference to overlap with',
    ['    dedup: { fields: [row], method: overlap }'],
    '6:5-10 missing-key: overlap compares with a `reference`: name the steps of `from` that are the test set',
  ],
  [
    'a reference that is no source',
    ['    dedup: { fields: [row], reference: row }'],
    '6:40-43 unknown-step: `row` is not a step of `from` (did you mean `rows`?); valid: rows',
  ],
  ['one part', ['    split: { parts: { a: 1 } }'], '6:21-29 missing-key: a split has two parts at least'],
];
for (const [name, step, message] of wrong) {
  test(`a mistake in the pipeline is told with its place: ${name}`, async () => {
    const text = pipeline(
      'steps:',
      '  - id: rows',
      '    read: { values: [1], into: row }',
      '  - id: x',
      ...step,
    ).replace('endpoint: sample\n', '');
    assert.deepEqual(await fixture.errors(text), message.split('\n'));
  });
}

test('{split} without a split is a mistake', async () => {
  const text = pipeline(...read, 'output: "data/{split}.jsonl"');
  const [problem] = await fixture.errors(text);
  assert.match(problem ?? '', /no-split: \{split\} stands for the parts of a step with `split`/u);
});
