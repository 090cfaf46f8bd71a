import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Choice } from '../endpoints/endpoint.ts';
import { readChoice } from './readChoice.ts';

function choice(text: string, more: Partial<Choice> = {}): Choice {
  return { text, finishReason: 'stop', ...more };
}

test('an answer without reasoning stays as it is, to the blank', () => {
  assert.deepEqual(readChoice(choice(' - a\n- b \n')), { text: ' - a\n- b \n' });
});

test('thoughts are taken out, wherever they stand', () => {
  assert.deepEqual(readChoice(choice('<think>\nhm\n</think>\n\nYes')), { text: 'Yes', reasoning: 'hm' });
  assert.deepEqual(readChoice(choice('A<think>one</think>B<think>two</think>C')), {
    text: 'ABC',
    reasoning: 'one\n\ntwo',
  });
});

test('a closing tag without an opening one ends a thought', () => {
  assert.deepEqual(readChoice(choice('hm, so\n</think>\nYes')), { text: 'Yes', reasoning: 'hm, so' });
  assert.deepEqual(readChoice(choice('a</think>b<think>c</think>d')), { text: 'bd', reasoning: 'a\n\nc' });
});

test('a thought that never ends leaves no answer', () => {
  const cut = readChoice(choice('<think>hm, so', { finishReason: 'length' }));
  assert.equal(cut.text, '');
  assert.equal(cut.reasoning, 'hm, so');
  assert.equal(cut.problem?.reason, 'truncated');
  assert.match(cut.problem.message, /reasoning used up max_tokens/u);
  assert.equal(readChoice(choice('<think>hm, so')).problem?.reason, 'empty');
});

test('a tag in the middle of the text that is never closed is text', () => {
  assert.deepEqual(readChoice(choice('Write <think> first.')), { text: 'Write <think> first.' });
});

test('reasoning that came apart is kept apart', () => {
  assert.deepEqual(readChoice(choice('Yes', { reasoning: 'hm' })), { text: 'Yes', reasoning: 'hm' });
});

test('each way of going wrong has its reason, and keeps the text', () => {
  const reasonOf = (made: Choice): string | undefined => readChoice(made).problem?.reason;
  assert.equal(reasonOf(choice('half an ans', { finishReason: 'length' })), 'truncated');
  assert.equal(readChoice(choice('half an ans', { finishReason: 'length' })).text, 'half an ans');
  assert.equal(reasonOf(choice('', { finishReason: 'content_filter' })), 'content-filter');
  assert.equal(reasonOf(choice('', { refusal: 'I cannot help with that.' })), 'refused');
  assert.equal(reasonOf(choice(' \n')), 'empty');
  assert.equal(reasonOf(choice('ok', { finishReason: null })), undefined);
  assert.equal(reasonOf(choice('ok', { refusal: '' })), undefined);
});

test('many tags are read in one pass', () => {
  const { text } = readChoice(choice('<think>a</think>b'.repeat(200_000)));
  assert.equal(text.length, 200_000);
  assert.equal(readChoice(choice('x<think>'.repeat(500_000))).reasoning, undefined);
});
