import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readReview } from '../curate/review/readReview.ts';
import { seenOf } from '../curate/review/decision.ts';
import { readBack } from '../datasets/readBack.ts';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import { previewExport } from './exportPreview.ts';
import { exportRecords, type ExportOptions } from './exportRecords.ts';
import type { ExportReview } from './exportReview.ts';
import { fileSource } from './exportSource.ts';

const root = mkdtempSync(join(tmpdir(), 'openline-review-'));
after(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(name: string, lines: readonly (object | string)[]): string {
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  writeFileSync(join(root, name), text);
  return join(root, name);
}

const RECORDS = [
  { id: 'a', prompt: 'One?', response: '1' },
  { id: 'b', prompt: 'Two?', response: '2' },
  { id: 'c', prompt: 'Three?', response: '3' },
  { prompt: 'Without a key?', response: '4' },
];

async function review(lines: readonly object[], policy: Partial<ExportReview['policy']> = {}): Promise<ExportReview> {
  const { decisions } = await readReview(put('in.review.jsonl', lines), 'in.review.jsonl');
  return { file: 'in.review.jsonl', decisions, policy: { undecided: 'keep', changed: 'keep', ...policy } };
}

async function options(more: Partial<ExportOptions>): Promise<ExportOptions> {
  const source = await fileSource(put('in.jsonl', RECORDS), 'in.jsonl');
  return { source, format: 'prompt-completion', output: join(root, 'out.jsonl'), root, version: 'test', ...more };
}

const written = (): unknown[] =>
  readFileSync(join(root, 'out.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const record = parseJson(line);
      return isJsonObject(record) ? (record['completion'] ?? record['response']) : record;
    });

test('an export applies a review: rejected records go with their reason, edits are made, keys may be places', async () => {
  const given = await review([
    { id: 'a', verdict: 'reject', note: 'wrong' },
    { id: 'b', verdict: 'accept', edit: { response: 'two' } },
    { id: '3', edit: { response: 'four' } },
    { id: 'gone', verdict: 'accept' },
  ]);
  const report = await exportRecords(await options({ review: given }));
  assert.deepEqual(written(), ['two', '3', 'four']);
  assert.deepEqual(report.rejected, { 'review-rejected': 1 });
  assert.match(report.examples[0]?.message ?? '', /wrong/u);
  const kept = { accepted: 2, undecided: 1, changed: 0 };
  assert.deepEqual(report.review, { file: 'in.review.jsonl', decisions: 4, kept, added: 0, unused: 1 });
  await exportRecords(await options({ review: given, format: 'jsonl' }));
  assert.deepEqual(written(), ['two', '3', 'four']);
});

test('what is undecided, or was changed since, goes or stays as the person says', async () => {
  const seen = seenOf({ id: 'a', prompt: 'Other?', response: '1' });
  const lines = [
    { id: 'a', verdict: 'reject', seen },
    { id: 'b', verdict: 'accept' },
  ];
  await exportRecords(await options({ review: await review(lines, { undecided: 'drop' }) }));
  assert.deepEqual(written(), ['1', '2']);
  await exportRecords(await options({ review: await review(lines, { undecided: 'drop', changed: 'drop' }) }));
  assert.deepEqual(written(), ['2']);
  await exportRecords(await options({ review: await review(lines, { changed: 'apply' }) }));
  assert.deepEqual(written(), ['2', '3', '4']);
});

test('the review of another dataset is refused, and nothing is written', async () => {
  const given = await review([{ id: 'x1', verdict: 'reject' }]);
  await assert.rejects(exportRecords(await options({ review: given, output: join(root, 'never.jsonl') })), (error) => {
    assert.ok(error instanceof InvalidInputError);
    assert.match(error.message, /none of the 1 decisions in in\.review\.jsonl .*another dataset/u);
    return true;
  });
  assert.throws(() => readFileSync(join(root, 'never.jsonl')));
});

test('the mapping is told beforehand, with an example', async () => {
  const preview = await previewExport(await options({}));
  assert.deepEqual(preview.fields, [
    { field: 'prompt', from: { prompt: 4 }, example: 'One?' },
    { field: 'completion', from: { response: 4 }, example: '1' },
  ]);
  assert.equal(preview.example, '{"prompt":"One?","completion":"1"}');
  const none = await previewExport(await options({ format: 'dpo' }));
  assert.deepEqual([none.fits, none.rejected, none.example], [0, { 'missing-field': 4 }, null]);
  assert.match(none.needs ?? '', /chosen/u);
});

test('what is read back is held against the rules of its format', async () => {
  const wrong = async (
    format: Parameters<typeof readBack>[0],
    lines: readonly (object | string)[],
  ): Promise<string> => {
    const found = await readBack(format, put('back', lines));
    return 'wrong' in found ? found.wrong : '';
  };
  const turn = (role: string): object => ({ role, content: 'x' });
  assert.match(await wrong('openai-chat', [{ messages: [turn('user'), turn('user')] }]), /line 1: message 2 is by/u);
  assert.match(await wrong('dpo', [{ prompt: 'a', chosen: 'b' }]), /line 1: there is no rejected/u);
  assert.match(await wrong('kto', [{ prompt: 'a', completion: 'b', label: 1 }]), /label is 1/u);
  assert.match(await wrong('alpaca', ['{"instruction":"a","out']), /line 1 is no JSON object/u);
  assert.match(await wrong('csv', ['a,b', '1,2,3']), /line 2/u);
  assert.match(await wrong('parquet', ['PAR1']), /not Parquet/u);
  assert.deepEqual(await readBack('csv', put('back', ['a,b', '"1\n2",3'])), { records: 1 });
});

test('every format reads back as many records as were written', async () => {
  const chat = [{ id: 'a', prompt: '=1+1', response: 'x\ny,"z"', chosen: 'a', rejected: 'b', label: true, n: 1.5 }];
  for (const format of [
    ...(['jsonl', 'openai-chat', 'sharegpt', 'alpaca', 'chatml', 'prompt-completion'] as const),
    ...(['dpo', 'kto', 'csv', 'parquet', 'hf'] as const),
  ]) {
    const source = await fileSource(put('all.jsonl', chat), 'all.jsonl');
    const output = join(root, `all-${format}`);
    const report = await exportRecords({ source, format, output, root, version: 'test' });
    assert.equal(report.records, 1, format);
    assert.deepEqual(await readBack(format, output), { records: 1 }, format);
  }
  const card = join(root, 'all-hf/README.md');
  writeFileSync(card, readFileSync(card, 'utf8').replace('data/train.parquet', 'data/trian.parquet'));
  const found = await readBack('hf', join(root, 'all-hf'));
  assert.ok('wrong' in found && found.wrong.includes('data/trian.parquet'));
});
