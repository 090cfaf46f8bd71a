import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOutput } from './outputEdits.ts';

const order = ['openline', 'recipe', 'output', 'outputs'];

function changed(text: string, key: string, value: string | undefined): string {
  return changeOutput(text, ['outputs', 0, key], value, 'quay', order);
}

test('a path that stands alone becomes an output with a format, and its comment stays', () => {
  assert.equal(
    changed('openline: 1\noutput: data/quay.jsonl # for training\n', 'format', 'csv'),
    'openline: 1\n# output: data/quay.jsonl # for training\noutputs: [{ path: data/quay.csv, format: csv }]\n',
  );
  assert.equal(
    changed('openline: 1\nrecipe: open-qa\n', 'format', 'openai-chat'),
    'openline: 1\nrecipe: open-qa\noutputs: [{ path: data/quay.jsonl, format: openai-chat }]\n',
  );
  // What applies anyway is not written.
  assert.equal(changed('openline: 1\n', 'format', undefined), 'openline: 1\n');
});

test('with a format comes its ending; one of a person’s own stays', () => {
  const text = (path: string, format: string): string => `outputs:\n  - { path: ${path}, format: ${format} } # all\n`;
  assert.equal(changed(text('a/b.jsonl', 'jsonl'), 'format', 'parquet'), text('a/b.parquet', 'parquet'));
  assert.equal(changed(text('a/b.parquet', 'parquet'), 'format', 'hf'), text('a/b', 'hf'));
  assert.equal(changed(text('a/b', 'hf'), 'format', 'dpo'), text('a/b.jsonl', 'dpo'));
  assert.equal(changed(text('a/b.txt', 'jsonl'), 'format', 'csv'), text('a/b.txt', 'csv'));
  assert.equal(changed(text('a/b.csv', 'csv'), 'format', undefined), 'outputs:\n  - { path: a/b.jsonl } # all\n');
  assert.equal(changed(text('a/b.csv', 'csv'), 'path', 'c.jsonl'), text('c.jsonl', 'csv'));
});
