import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FailureExamples, readFailureExamples } from './failureExamples.ts';

test('the first of each step and reason stays, however many follow', () => {
  const examples = new FailureExamples();
  examples.add('topics', 'no-list', () => ({ key: 'a', message: 'the first' }));
  for (let index = 0; index < 50; index += 1) {
    examples.add('keep', 'lengths', () => ({ key: String(index), message: `number ${index}` }));
    examples.add('topics', 'no-list', () => assert.fail('a later one need not be told'));
  }
  assert.deepEqual(examples.list, [
    { step: 'topics', key: 'a', reason: 'no-list', message: 'the first' },
    { step: 'keep', key: '0', reason: 'lengths', message: 'number 0' },
  ]);
});

test('a reason of its own for each record, with a long message, takes no more than its bounds', () => {
  const examples = new FailureExamples();
  for (let index = 0; index < 1000; index += 1)
    examples.add('check', `reason ${index}`, () => ({ key: String(index), message: 'x'.repeat(5000) }));
  assert.deepEqual([examples.list.length, examples.list.at(-1)?.reason], [200, 'reason 199']);
  assert.equal(examples.list[0]?.message.length, 1000);
});

test('a rejects file is read until each cause has its first, past thousands of another and past garbage', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-failures-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'rejects.jsonl');
  const line = (step: string, reason: string, id: number): string =>
    `${JSON.stringify({ id: `k${id}`, step, reason, message: `${reason} of ${id}`, fields: { text: 'x'.repeat(100) } })}\n`;
  const many = Array.from({ length: 5000 }, (_, index) => line('keep', 'lengths', index));
  await writeFile(path, `no JSON\n${many.join('')}${line('topics', 'no-list', 5000)}${line('other', 'late', 5001)}`);
  const causes = [
    { step: 'topics', reason: 'no-list' },
    { step: 'keep', reason: 'lengths' },
  ];
  assert.deepEqual(await readFailureExamples(path, causes), [
    { step: 'keep', key: 'k0', reason: 'lengths', message: 'lengths of 0' },
    { step: 'topics', key: 'k5000', reason: 'no-list', message: 'no-list of 5000' },
  ]);
  assert.deepEqual(await readFailureExamples(join(folder, 'gone.jsonl'), causes), []);
});
