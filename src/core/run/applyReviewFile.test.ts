import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ReviewLog, reviewPath } from '../curate/review/reviewLog.ts';
import { applyReviewFile } from './applyReviewFile.ts';

let folder: string;
let dataset: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-apply-'));
  dataset = join(folder, 'a.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function decide(first: string, second: string): Promise<string> {
  const review = new ReviewLog(reviewPath(dataset));
  await review.decide(first, (before) => ({ ...before, verdict: 'reject' }));
  await review.decide(second, (before) => ({ ...before, edit: { text: 'better' } }));
  return review.path;
}

const apply = (review: string, output: string, undecided: 'keep' | 'drop' = 'keep') =>
  applyReviewFile({ dataset, review, output, undecided, version: '1' });

test('a new file has the records as the review leaves them; dataset and review stay as they are', async () => {
  const text = '{"id":"a","text":"x"}\n{"id":"b","text":"y"}\n{"id":"c","text":"z"}\n';
  await writeFile(dataset, text);
  const review = await decide('a', 'b');
  const output = join(folder, 'b.jsonl');
  const { report, movedReview } = await apply(review, output);
  assert.equal(await readFile(output, 'utf8'), '{"id":"b","text":"better"}\n{"id":"c","text":"z"}\n');
  assert.deepEqual(report.rejected, { 'review-rejected': 1 });
  assert.equal(movedReview, null);
  await apply(review, output, 'drop');
  assert.equal(await readFile(output, 'utf8'), '{"id":"b","text":"better"}\n');
  assert.equal(await readFile(dataset, 'utf8'), text);
});

test('the dataset itself is rewritten whole, its card left as it is, and can be rewritten again', async () => {
  await writeFile(dataset, '{"id":"a","text":"x"}\n{"id":"b","text":"y"}\nbroken\n');
  await writeFile(`${dataset}.card.json`, '{"sha256":"of before"}');
  const review = await decide('a', 'b');
  for (let round = 0; round < 2; round += 1) {
    await apply(review, dataset);
    assert.equal(await readFile(dataset, 'utf8'), '{"id":"b","text":"better"}\n');
  }
  assert.equal(await readFile(`${dataset}.card.json`, 'utf8'), '{"sha256":"of before"}');
  assert.deepEqual((await readdir(folder)).sort(), ['a.jsonl', 'a.jsonl.card.json', 'a.review.jsonl']);
});

test('a review that goes by the numbers of records is put aside when they are others', async () => {
  await writeFile(dataset, '{"text":"x"}\n{"text":"y"}\n');
  const { movedReview } = await apply(await decide('0', '1'), dataset);
  assert.equal(await readFile(dataset, 'utf8'), '{"text":"better"}\n');
  assert.equal(movedReview, join(folder, 'a.applied.review.jsonl'));
  assert.deepEqual((await readdir(folder)).sort(), ['a.applied.review.jsonl', 'a.jsonl']);
});

test('nothing is written where the review cannot be read or is about something else', async () => {
  const text = '{"id":"a"}\n';
  await writeFile(dataset, text);
  const review = await decide('x', 'y');
  await assert.rejects(apply(review, dataset), /another dataset/u);
  await writeFile(review, 'nonsense\n');
  await assert.rejects(apply(review, dataset), /no JSON object/u);
  assert.equal(await readFile(dataset, 'utf8'), text);
  assert.deepEqual((await readdir(folder)).sort(), ['a.jsonl', 'a.review.jsonl']);
});
