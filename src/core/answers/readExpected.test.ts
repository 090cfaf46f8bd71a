import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expects } from '../prompts/template.ts';
import { readExpected } from './readExpected.ts';

const read = (text: string, expects: Expects | undefined, finishReason = 'stop') =>
  readExpected({ text, finishReason }, expects);

test('an answer is read in the form that its template asks for', () => {
  assert.deepEqual(read('1. a\n2. b', 'list'), { form: 'list', items: ['a', 'b'] });
  assert.deepEqual(read('**Yes**, because', 'yes-no'), { form: 'yes-no', text: 'Yes' });
  assert.deepEqual(read('```json\n{"a":1}\n```', 'json'), { form: 'json', text: '{\n  "a": 1\n}' });
  assert.deepEqual(read(' so it is \n', 'text'), { form: 'text', text: 'so it is' });
  assert.deepEqual(read('so it is', undefined), { form: 'text', text: 'so it is' });
});

test('pairs are read with and without an announcement before them', () => {
  const pairs = { form: 'qa-pairs', items: ['Question: a?\nAnswer: b', 'Question: c?\nAnswer: d'] };
  const text = '- Question: a?\nAnswer: b\n- Question: c?\nAnswer: d';
  assert.deepEqual(read(text, 'qa-pairs'), pairs);
  assert.deepEqual(read(`Here they are:\n${text}`, 'qa-pairs'), pairs);
});

test('reasoning is no part of what is read', () => {
  assert.deepEqual(read('<think>1. x\n2. y\n3. z</think>1. a\n2. b', 'list'), { form: 'list', items: ['a', 'b'] });
});

test('data are read as a run reads them, and held against the schema of the step', () => {
  const schema = { type: 'object', properties: { year: { type: 'integer' } }, required: ['year'] };
  const readData = (text: string) => readExpected({ text, finishReason: 'stop' }, 'json', schema);
  assert.deepEqual(readData('Here it is: {"year": 1871,}'), { form: 'json', text: '{\n  "year": 1871\n}' });
  const broken = readData('{"year": "long ago"}');
  assert.ok(broken.form === 'problem' && broken.code === 'schema' && broken.message.includes('#/year'));
});

test('what a run would reject is told with its reason', () => {
  const codes = [
    [read('I cannot say.', 'list'), 'no-list'],
    [read('Perhaps.', 'yes-no'), 'no-label'],
    [read('{"a":', 'json'), 'no-json'],
    [read('Nothing to ask.', 'qa-pairs'), 'text-before-question'],
    [read('1. a', 'list', 'length'), 'truncated'],
    [read('  ', 'text'), 'empty'],
  ] as const;
  for (const [reading, code] of codes) {
    assert.equal(reading.form, 'problem');
    assert.equal('code' in reading ? reading.code : '', code);
  }
});
