import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seenOf } from '../curate/review/decision.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import type { RunSummary } from './events.ts';
import { runsFolder } from './runFolder.ts';
import { startRun } from './runPipeline.ts';

let fixture: PlanFixture;
const http = createHttpFetch();
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
  await http.close();
});

const records = [
  { id: 'a', text: 'good' },
  { id: 'b', text: 'bad' },
  { id: 'c', text: 'tpyo' },
  { id: 'd', text: 'changed since' },
  { id: 'e', text: 'nobody looked' },
  { id: 'f', text: 'poor' },
];
const seen = (text: string): object => seenOf({ id: 'x', text });
const decisions = [
  { id: 'a', verdict: 'reject' },
  { id: 'a', verdict: 'accept', rating: 5, seen: seen('good') },
  { id: 'b', verdict: 'reject', note: 'wrong answer' },
  { id: 'c', verdict: 'accept', edit: { text: 'typo', source: 'by hand' } },
  { id: 'd', verdict: 'accept', seen: seen('as it was') },
  { id: 'f', rating: 1 },
];

async function run(
  review: string,
  lines: readonly object[] = decisions,
): Promise<{ summary: RunSummary; rows: object[]; rejects: object[]; warnings: string[] }> {
  await fixture.put('data/in.jsonl', records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await fixture.put('data/in.review.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const text = pipeline(
    'steps:',
    '  - id: records',
    '    read: { files: data/in.jsonl }',
    '  - id: reviewed',
    `    review: { file: data/in.review.jsonl${review} }`,
    'output: data/out.jsonl',
  );
  const warnings: string[] = [];
  const summary = await startRun({
    http,
    version: 'test',
    profiles: [],
    text,
    root: fixture.root,
    plan: await fixture.plan(text),
    mode: 'run',
    onWarning: (message) => warnings.push(message),
  });
  const read = (path: string): object[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as object);
  return {
    summary,
    warnings,
    rows: read(join(fixture.root, 'work/data/out.jsonl')),
    rejects: read(join(runsFolder(fixture.root), summary.run ?? '', 'rejects.jsonl')),
  };
}

const idsOf = (rows: readonly object[]): unknown[] => rows.map((row) => ('id' in row ? row.id : null));

test('the last decision about a record counts: dropped, edited, kept; the others say why they went', async () => {
  const { rows, rejects, warnings } = await run(', mark: status, rating: stars');
  assert.deepEqual(idsOf(rows), ['a', 'c', 'd', 'e', 'f']);
  assert.deepEqual(rows[1], {
    openline_id: '2',
    id: 'c',
    text: 'typo',
    source: 'by hand',
    status: 'accepted',
    stars: null,
  });
  assert.deepEqual(
    rows.map((row) => ('status' in row ? row.status : null)),
    ['accepted', 'accepted', 'changed', 'undecided', 'undecided'],
  );
  assert.match(JSON.stringify(rejects), /"review-rejected","message":"it was rejected in the review: wrong answer"/u);
  assert.deepEqual(warnings, [
    'step reviewed: 1 records, such as d, are not what was reviewed any more; they were kept without the decision (`changed: drop` or `apply` does otherwise)',
  ]);
});

test('only what was accepted: undecided, changed and poorly rated records are dropped, each with its reason', async () => {
  const { rows, rejects } = await run(', undecided: drop, changed: drop, min_rating: 3');
  assert.deepEqual(idsOf(rows), ['a', 'c']);
  const reasons = rejects.map((reject) => ('reason' in reject ? reject.reason : null));
  assert.deepEqual(reasons, ['review-rejected', 'review-changed', 'review-undecided', 'review-rating']);
});

test('the review of another dataset fails the run, and the output that was there stays', async () => {
  await run('', decisions);
  const output = join(fixture.root, 'work/data/out.jsonl');
  const before = readFileSync(output, 'utf8');
  const { summary } = await run('', [{ id: 'zz', verdict: 'reject' }]);
  assert.equal(summary.state, 'failed');
  assert.match(
    summary.error ?? '',
    /^Step \w+: none of the 1 decisions in data\/in\.review\.jsonl is about a record of this run: .* Nothing was written/u,
  );
  assert.equal(readFileSync(output, 'utf8'), before);
});

test('decisions about records that are gone are told', async () => {
  const some = await run('', [...decisions, { id: 'zz', verdict: 'reject' }]);
  assert.match(
    some.warnings.join(),
    /^1 of the 6 decisions in .* about records that are not there any more, such as zz; step reviewed: 1 records, such as d, /u,
  );
});

test('mistakes in a review file are told with their line', async () => {
  await fixture.put('data/in.jsonl', '{"text":"x"}\n');
  await fixture.put('data/bad.review.jsonl', '{"id":"a","verdict":"maybe"}\nno json\n{"verdict":"accept"}\n{"id":');
  const text = pipeline(
    'steps:',
    '  - id: records',
    '    read: { files: data/in.jsonl }',
    '  - id: reviewed',
    '    review: { file: data/bad.review.jsonl }',
  );
  const errors = await fixture.errors(text);
  assert.equal(errors.length, 3);
  assert.match(errors.join('\n'), /^1:.*verdict/u);
  assert.match(errors.join('\n'), /2:.*not-json: the line is no JSON object/u);
  assert.match(errors.join('\n'), /3:.*id.* is missing/u);
  const missing = text.replace('bad.review', 'none.review');
  assert.match(
    (await fixture.errors(missing)).join(),
    /no-review: the review file data\/none\.review\.jsonl cannot be read: there is no such file/u,
  );
});
