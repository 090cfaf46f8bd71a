import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DatasetView } from './datasetView.ts';
import { WHOLE, type ViewQuery } from './query.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-view-'));
  path = join(folder, 'a.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function viewOf(lines: readonly unknown[]): Promise<DatasetView> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, `${texts.join('\n')}\n`);
  const view = new DatasetView({ unended: 'line', onChange: () => undefined });
  await view.update(path);
  return view;
}

/** Lines of the rows when the search is over. */
async function linesOf(view: DatasetView, query: Partial<ViewQuery>): Promise<readonly number[]> {
  for (;;) {
    const { counts, rows } = await view.page({ ...WHOLE, ...query }, 0, 500, null);
    if (!counts.isSearching) return rows.map(({ line }) => line);
    await new Promise(setImmediate);
  }
}

const answers = [
  { id: 'a', messages: [{ role: 'user', content: 'Why is the sky blue?' }], scores: { help: 3 } },
  { id: 'b', text: 'Grün\nund "blau"', scores: { help: 1, clear: true } },
  '{"id": "c", ',
  { id: 'd', text: 'BLUE', n: 2 },
  '',
  { id: 'e', tags: ['blue', 7], n: 10 },
];

test('columns are those of all records, nested ones by their paths; lines that are no records say why', async () => {
  const view = await viewOf(answers);
  const page = await view.page(WHOLE, 0, 10, null);
  assert.deepEqual(page.columns, ['id', 'messages', 'scores.help', 'text', 'scores.clear', 'n', 'tags']);
  assert.deepEqual(page.rows[0]?.cells.slice(0, 4), ['a', 'Why is the sky blue?', '3', null]);
  assert.deepEqual(
    page.rows.map(({ broken }) => broken),
    [null, null, 'not-json', null, 'blank', null],
  );
  assert.equal(page.rows[2]?.cells[0], '{"id": "c", ');
  const some = await view.page(WHOLE, 3, 1, ['n', 'text']);
  assert.deepEqual(some.rows[0]?.cells, ['2', 'BLUE']);
  await assert.rejects(view.record(6), /no line 7/u);
});

test('a text is found in values whatever their case, a pattern too, a condition where it holds', async () => {
  const view = await viewOf(answers);
  assert.deepEqual(await linesOf(view, { text: 'blue' }), [0, 3, 5]);
  assert.deepEqual(await linesOf(view, { text: 'blue', matchCase: true }), [0, 5]);
  assert.deepEqual(await linesOf(view, { text: 'und "blau"' }), [1]);
  assert.deepEqual(await linesOf(view, { text: '"c"' }), [2]);
  assert.deepEqual(await linesOf(view, { text: 'messages' }), []);
  assert.deepEqual(await linesOf(view, { text: '^gr.n', mode: 'pattern' }), [1]);
  assert.deepEqual(await linesOf(view, { text: 'scores.help >= 1', mode: 'condition' }), [0, 1]);
  assert.deepEqual(await linesOf(view, { text: '"blue" in tags', mode: 'condition' }), [5]);
  const { problem, leftOut } = view.counts;
  assert.deepEqual([problem, leftOut?.count, leftOut?.line], [null, 3, 0], 'not worked out for records without tags');
  assert.match(leftOut?.why ?? '', /`in`/u);
  assert.deepEqual(await linesOf(view, { text: 'id > 3', mode: 'condition' }), []);
  assert.match(view.counts.problem ?? '', /a text and a number/u, 'worked out for none, it is a mistake');
  assert.equal(view.counts.leftOut, null);
  assert.deepEqual(await linesOf(view, { text: 'n >', mode: 'condition' }), []);
  assert.match(view.counts.problem ?? '', /missing at the end/u);
  assert.deepEqual(await linesOf(view, { text: '(', mode: 'pattern' }), []);
  assert.match(view.counts.problem ?? '', /missing/u);
});

test('what is shown in other words is found by them; a condition names the members of a field by themselves', async () => {
  const view = await viewOf([
    { id: 'x', reason: 'no-list', fields: { question: 'Why?', length: 4 } },
    { id: 'y', reason: 'empty', fields: { question: 'no-list, or what?', id: 'inner' } },
    { id: 'z', reason: 'tie' },
  ]);
  assert.deepEqual(await linesOf(view, { text: 'list in the answer' }), []);
  assert.deepEqual(await linesOf(view, { text: 'list in the answer', also: { reason: ['no-list'] } }), [0]);
  assert.deepEqual(await linesOf(view, { text: 'what?', also: { reason: ['tie'] } }), [1, 2]);
  assert.deepEqual(await linesOf(view, { text: 'length > 3', mode: 'condition', inside: 'fields' }), [0]);
  assert.deepEqual(await linesOf(view, { text: 'fields.length > 3', mode: 'condition', inside: 'fields' }), [0]);
  // What stands outside goes first.
  assert.deepEqual(await linesOf(view, { text: 'id == "inner"', mode: 'condition', inside: 'fields' }), []);
  assert.deepEqual(await linesOf(view, { text: 'id == "y"', mode: 'condition', inside: 'fields' }), [1]);
});

test('rows are sorted by a field, numbers as numbers, what is missing last; lines are found among them', async () => {
  const view = await viewOf(answers);
  const ascending = { sort: { column: 'n', descending: false } };
  assert.deepEqual(await linesOf(view, ascending), [3, 5, 0, 1, 2, 4]);
  assert.equal(view.rowOf({ ...WHOLE, ...ascending }, 5), 1);
  assert.deepEqual(await linesOf(view, { sort: { column: 'n', descending: true } }), [5, 3, 0, 1, 2, 4]);
  assert.deepEqual(await linesOf(view, { text: 'blue' }), [0, 3, 5]);
  assert.equal(view.rowOf({ ...WHOLE, text: 'blue' }, 1), 1, 'the next one that is there');
});

test('a search goes on with what is appended, and begins again when the file is another', async () => {
  const view = await viewOf(answers);
  assert.deepEqual(await linesOf(view, { text: 'blue' }), [0, 3, 5]);
  await appendFile(path, `${JSON.stringify({ id: 'f', text: 'so blue' })}\n`);
  await view.update(path);
  assert.deepEqual(await linesOf(view, { text: 'blue' }), [0, 3, 5, 6]);
  const { revision } = view.counts;
  await writeFile(path, `${JSON.stringify({ other: 'blue' })}\n`);
  await view.update(path);
  assert.ok(view.counts.revision > revision);
  assert.deepEqual(await linesOf(view, { text: 'blue' }), [0]);
  assert.deepEqual((await view.page(WHOLE, 0, 1, null)).columns, ['other']);
});

test('decisions are shown with the rows and can be filtered by; a record that changed since says so', async () => {
  const view = await viewOf(answers);
  await view.decide(0, { verdict: 'accept', rating: 5 });
  await view.decide(3, { verdict: 'reject', note: 'shouts' });
  await view.decide(5, { edit: { n: 11 } });
  await assert.rejects(view.decide(2, { verdict: 'accept' }), /not a record/u);
  assert.deepEqual(await linesOf(view, { decision: 'accepted' }), [0]);
  assert.deepEqual(await linesOf(view, { decision: 'rejected', text: 'blue' }), [3]);
  assert.deepEqual(await linesOf(view, { decision: 'undecided' }), [1, 5]);
  assert.deepEqual(await linesOf(view, { decision: 'edited' }), [5]);
  assert.deepEqual(await linesOf(view, { decision: 'broken' }), [2]);
  const { rows } = await view.page(WHOLE, 0, 6, ['id']);
  assert.deepEqual(rows[3]?.review, {
    verdict: 'reject',
    rating: null,
    isEdited: false,
    hasNote: true,
    isChanged: false,
  });
  assert.equal(rows[1]?.review, null);
  await writeFile(path, `${JSON.stringify({ ...(answers[0] as object), scores: { help: 4 } })}\n`);
  await view.update(path);
  assert.equal((await view.record(0)).isChanged, true);
  assert.deepEqual(await linesOf(view, { decision: 'changed' }), [0]);
  await view.undo();
  assert.equal(view.reviewState()?.decisions, 2);
});

test('records without an id are known by their number, which blank lines do not count in', async () => {
  const view = await viewOf([{ q: 1 }, '', { q: 2 }]);
  assert.equal((await view.record(2)).id, '1');
});

test('statistics tell of each column what its values are like', async () => {
  const view = await viewOf(answers);
  const found = (await view.statistics(() => undefined)) ?? assert.fail('they were stopped');
  assert.equal(found.records, 4);
  assert.equal(found.share, 1);
  assert.equal(found.broken, 1);
  const column = (name: string) => found.columns.find((candidate) => candidate.name === name);
  assert.deepEqual(column('scores.help')?.kinds, { number: 2 });
  assert.equal(column('scores.help')?.numbers?.max, 3);
  assert.equal(column('text')?.lengths?.min, 4);
  assert.equal(column('id')?.distinct, 4);
  assert.deepEqual(column('id')?.top, [], 'nothing repeats');
});

test('the review of records that stand elsewhere at present is that of the dataset they will be in', async () => {
  const view = await viewOf(answers);
  const dataset = join(folder, 'data', 'final.jsonl');
  await view.update(path, dataset);
  await view.decide(3, { verdict: 'accept' });
  assert.deepEqual(await linesOf(view, { decision: 'accepted' }), [3]);
  assert.equal(view.reviewState()?.path, join(folder, 'data', 'final.review.jsonl'));
  const again = new DatasetView({ unended: 'line', onChange: () => undefined });
  await again.update(path, dataset);
  assert.deepEqual(await linesOf(again, { decision: 'accepted' }), [3]);
});
