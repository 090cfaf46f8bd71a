import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainedStep } from '../../core/run/explain.ts';
import { requestText } from './requestText.ts';

const t = (text: string, ...args: (string | number)[]): string =>
  text.replaceAll(/\{(\d)\}/gu, (_, index: string) => String(args[Number(index)]));

const asked: ExplainedStep = {
  step: 'questions',
  key: '0.1',
  template: { source: 'builtin:closed-qa', sha256: '88b62dc73e21c47427af0e16d7dbe7c5' },
  at: 'questions/0/0',
  endpoint: 'local',
  request: { model: 'm', messages: [{ role: 'user', content: 'Two\nlines' }] },
  answer: { choices: [{ text: '# <b>not rendered</b>', reasoning: 'Let me see', finishReason: 'stop' }] },
  from: null,
  milliseconds: 12,
  failure: null,
  amended: null,
};
const read: ExplainedStep = { ...asked, step: 'docs', key: '0', at: null, request: null, answer: null };

test('texts stand as they were sent and came, thoughts too, then both as journalled', () => {
  const text = requestText({ steps: [read, asked], rejection: null }, t);
  assert.match(text, /^Came about by: docs 0 → questions 0\.1\n/u);
  assert.match(text, /Endpoint: local · m\nTemplate: builtin:closed-qa \(88b62dc73e21\)\nTime: 12 ms/u);
  assert.match(text, /─── user ─+\nTwo\nlines\n\n─── thoughts ─+\nLet me see\n\n─── answer \(stop\) ─+\n# <b>not/u);
  assert.match(text, /─── request, as journalled ─+\n\{\n {2}"model": "m"/u);
});

test('why it was turned down stands at the top', () => {
  const rejection = { step: 'kept', reason: 'word_count', message: 'has 5 words' };
  const text = requestText({ steps: [read], rejection }, t);
  assert.match(text, /Rejected by step kept as word_count: has 5 words\nNo model was asked on the way\./u);
});

test('a request that failed for good says so; one that was lost too', () => {
  const failed = { ...asked, answer: null, failure: 'The service refused it.' };
  assert.match(requestText({ steps: [failed], rejection: null }, t), /─── failed ─+\nThe service refused it\./u);
  const lost = { ...asked, request: null, answer: null };
  assert.match(requestText({ steps: [lost], rejection: null }, t), /does not hold it any more/u);
});
