import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { InvalidInputError } from '../../errors.ts';
import { createBudget } from '../../transport/budget.ts';
import { BatchLog, batchesOut } from './batchLog.ts';
import { Gatherer, requestsOut, type BatchQuestion } from './gatherer.ts';
import { readIndex, requestId, requestLine, requestOf } from './partFile.ts';

function runFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'openline-batches-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const READY = {
  event: 'ready',
  part: 1,
  endpoint: 'mine',
  service: 'openai http://localhost/v1',
  url: '/v1/chat/completions',
  requests: 3,
  bytes: 100,
  carried: false,
  most: { prompt: 30, completion: 300 },
} as const;

test('what was noted is there for the next process; half a line that a dying one left is not', (t) => {
  const folder = runFolder(t);
  const log = BatchLog.read(folder);
  assert.deepEqual(log.parts, []);
  log.note(READY);
  log.note({ event: 'uploaded', part: 1, file: 'file-1' });
  const path = join(log.folder, 'log.jsonl');
  appendFileSync(path, '{"event":"created","part":1,"ba');
  const next = BatchLog.read(folder);
  assert.equal(next.part(1).stage, 'uploaded');
  next.note({ event: 'created', part: 1, batch: 'batch_1' });
  next.note({ event: 'status', part: 1, status: 'in_progress', completed: 2, failed: 0, total: 3 });
  assert.deepEqual(batchesOut(folder), [
    { part: 1, endpoint: 'mine', batch: 'batch_1', status: 'in_progress', answered: 2, failed: 0, requests: 3 },
  ]);
  next.note({ event: 'through', part: 1, answered: 3, failed: 0, again: 0, unasked: 0 });
  assert.deepEqual(batchesOut(folder), []);
  assert.equal(BatchLog.read(folder).next, 2);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, 6, 'every line is whole');
});

test('a damaged line is told with its place: passed over, everything in the batch might be asked again', (t) => {
  const folder = runFolder(t);
  const log = BatchLog.read(folder);
  log.note(READY);
  const path = join(log.folder, 'log.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8')}rotten\n`);
  assert.throws(
    () => BatchLog.read(folder),
    (error) => error instanceof InvalidInputError && error.message.includes('log.jsonl:2: this line is damaged'),
  );
  assert.deepEqual(batchesOut(folder), [], 'where it is only shown, nothing is');
});

function question(number: number, more: Partial<BatchQuestion> = {}): BatchQuestion {
  return {
    address: `answers/${number}/0`,
    hash: String(number).padStart(64, '0'),
    request: `{"messages":[{"content":"“${number}”","role":"user"}],"model":"m"}`,
    endpoint: 'mine',
    url: '/v1/chat/completions',
    model: 'm',
    most: { prompt: 10, completion: 100 },
    last: [true, true],
    ...more,
  };
}

function gathererFor(log: BatchLog, maxRequests: number, maxBytes: number, budget = createBudget({})): Gatherer {
  return new Gatherer({
    log,
    lanes: new Map([['mine', { service: 'openai', maxRequests, maxBytes, isClosing: false }]]),
    carried: false,
    out: new Set(),
    others: new Map(),
    enter: ({ most }) => budget.enter({ tokens: most.prompt + most.completion, cost: 0 }),
  });
}

test('parts hold so many requests, so many bytes, and one model; each request is found again by its id', async (t) => {
  const log = BatchLog.read(runFolder(t));
  const size = Buffer.byteLength(
    requestLine(requestId('answers/1/0', ''), '/v1/chat/completions', question(1).request),
  );
  const gatherer = gathererFor(log, 3, 2.5 * size);
  for (let number = 0; number < 5; number += 1) gatherer.take(question(number));
  gatherer.take(question(5, { model: 'other' }));
  assert.deepEqual(gatherer.seal(), [1, 2, 3, 4]);
  assert.deepEqual(
    log.parts.map(({ requests }) => requests),
    [2, 2, 1, 1],
  );
  const text = readFileSync(log.requestsOf(1));
  assert.equal(text.length, log.part(1).bytes);
  let number = 0;
  for await (const { id, at, offset, length } of readIndex(log.indexOf(1))) {
    assert.ok(id.length <= 64);
    assert.equal(id, requestId(at, question(number).hash));
    const line = text.subarray(offset, offset + length).toString();
    assert.equal(requestOf(line, id, '/v1/chat/completions'), question(number).request);
    number += 1;
  }
  assert.equal(number, 2);
  const out = await requestsOut(log);
  assert.equal(out.size, 6);
});

test('a budget leaves out what does not fit; what is too large for any file is refused; nothing stays of what is discarded', (t) => {
  const log = BatchLog.read(runFolder(t));
  const gatherer = gathererFor(log, 100, 1000, createBudget({ tokens: 250 }));
  for (let number = 0; number < 4; number += 1) gatherer.take(question(number));
  assert.equal(gatherer.gathered, 2);
  assert.equal(gatherer.held?.limit, 'tokens');
  assert.throws(() => {
    gatherer.take(question(9, { request: JSON.stringify({ model: 'm', text: 'x'.repeat(2000) }) }));
  }, /more than the 1000 of a batch's file/u);
  gatherer.discard();
  assert.deepEqual(gatherer.seal(), []);
  assert.deepEqual(log.parts, []);
});
