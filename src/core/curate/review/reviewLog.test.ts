import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { isOutdated, seenOf } from './decision.ts';
import { readReview } from './readReview.ts';
import { ReviewLog, reviewPath } from './reviewLog.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-review-'));
  path = reviewPath(join(folder, 'chat.jsonl'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const accept = (log: ReviewLog, id: string) => log.decide(id, (before) => ({ ...before, verdict: 'accept' }));
const verdicts = async (): Promise<Record<string, string | null>> => {
  const { decisions, diagnostics } = await readReview(path, 'review');
  assert.deepEqual(diagnostics, []);
  return Object.fromEntries([...decisions].map(([id, { verdict }]) => [id, verdict]));
};

test('a decision is in the file when it is made, and the last one about a record counts', async () => {
  const log = new ReviewLog(path);
  assert.equal(path, join(folder, 'chat.review.jsonl'));
  // Pressed one after the other, without waiting.
  await Promise.all([
    accept(log, 'a'),
    log.decide('a', (before) => ({ ...before, rating: 4 })),
    log.decide('b', (before) => ({ ...before, verdict: 'reject' })),
  ]);
  assert.deepEqual(await verdicts(), { a: 'accept', b: 'reject' });
  assert.equal(log.decisions.get('a')?.rating, 4);
  assert.deepEqual(log.tally(), { accepted: 1, rejected: 1, edited: 0, rated: 1, noted: 0 });
  assert.equal((await readFile(path, 'utf8')).split('\n').length, 4);
});

test('decisions are taken back and made again, also in the file', async () => {
  const log = new ReviewLog(path);
  await accept(log, 'a');
  await log.decide('a', (before) => ({ ...before, verdict: 'reject' }));
  assert.equal(await log.undo(), 'a');
  assert.deepEqual(await verdicts(), { a: 'accept' });
  assert.equal(await log.undo(), 'a');
  assert.deepEqual(await verdicts(), {});
  assert.equal(await log.undo(), undefined);
  assert.equal(log.canUndo, false);
  await log.redo();
  assert.deepEqual(await verdicts(), { a: 'accept' });
  // Something new ends what could be made again.
  await accept(log, 'b');
  assert.equal(log.canRedo, false);
});

test('a line that a crash cut off is removed, one that only lacks its end is kept', async () => {
  const whole = '{"id":"a","verdict":"accept"}';
  await writeFile(path, `${whole}\n{"id":"b","verd`);
  await accept(new ReviewLog(path), 'c');
  assert.deepEqual(await verdicts(), { a: 'accept', c: 'accept' });
  await writeFile(path, whole);
  await accept(new ReviewLog(path), 'd');
  assert.deepEqual(await verdicts(), { a: 'accept', d: 'accept' });
});

test('what somebody else decides meanwhile is taken over, lines that are no decisions are counted', async () => {
  const log = new ReviewLog(path);
  assert.equal(await log.refresh(), false);
  await accept(log, 'a');
  await appendFile(path, '{"id":"a","verdict":"reject"}\nnonsense\n');
  assert.equal(await log.refresh(), true);
  assert.equal(await log.refresh(), false);
  assert.equal(log.decisions.get('a')?.verdict, 'reject');
  assert.equal(log.unreadable, 1);
  await rm(path);
  assert.equal(await log.refresh(), true);
  assert.equal(log.decisions.size, 0);
});

test('a record that has been given the edit is still what was reviewed', () => {
  const fields = { id: '1', answer: 'long', topic: 'x' };
  const decision = {
    id: '1',
    verdict: null,
    edit: { answer: 'short', topic: null },
    rating: null,
    note: null,
    at: null,
  };
  const seen = { ...decision, seen: seenOf(fields) };
  assert.equal(isOutdated(fields, seen), false);
  assert.equal(isOutdated({ id: '1', answer: 'short' }, seen), false);
  assert.equal(isOutdated({ id: '1', answer: 'other', topic: 'x' }, seen), true);
});
