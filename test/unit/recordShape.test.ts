import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shapeOf } from '../../webview/ui/recordShape.ts';

const turn = (role: string, text: string) => ({ role, text, more: null });

test('a conversation is told in every form that chats are kept in', () => {
  const openai = shapeOf({
    id: '1',
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Yes?' },
    ],
  });
  assert.deepEqual(openai.parts, [{ kind: 'turns', turns: [turn('user', 'Hi'), turn('assistant', 'Yes?')] }]);
  assert.deepEqual(openai.rest, ['id']);
  const sharegpt = shapeOf({ system: 'Be kind', conversations: [{ from: 'human', value: 'Hi' }] });
  assert.deepEqual(sharegpt.parts, [{ kind: 'turns', turns: [turn('system', 'Be kind'), turn('human', 'Hi')] }]);
  assert.deepEqual(sharegpt.rest, []);
  const own = shapeOf({
    talk: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ],
  });
  assert.deepEqual(own.parts, [{ kind: 'turns', turns: [turn('user', 'a\nb')] }]);
});

test('what a turn has besides its text is kept', () => {
  const calls = [{ id: 'c1', function: { name: 'search' } }];
  const { parts } = shapeOf({ messages: [{ role: 'assistant', content: null, tool_calls: calls }] });
  assert.deepEqual(parts, [{ kind: 'turns', turns: [{ role: 'assistant', text: '', more: { tool_calls: calls } }] }]);
});

test('question and answer, by any of their names', () => {
  const { parts, rest } = shapeOf({ output: 'Four', instruction: 'Add', input: '2 2', topic: 'sums' });
  assert.deepEqual(parts, [
    { kind: 'turns', turns: [turn('user', 'Add'), turn('user', '2 2'), turn('assistant', 'Four')] },
  ]);
  assert.deepEqual(rest, ['topic']);
});

test('chosen stands beside rejected, document beside rewrite', () => {
  const preference = shapeOf({ prompt: 'Why?', chosen: 'Because', rejected: [{ role: 'assistant', content: 'No' }] });
  assert.deepEqual(preference.parts[1], {
    kind: 'beside',
    left: { name: 'chosen', turns: [turn('assistant', 'Because')] },
    right: { name: 'rejected', turns: [turn('assistant', 'No')] },
  });
  const rewrite = shapeOf({ document: 'Long', text: 'Short', source: 'a.md' });
  assert.equal(rewrite.parts[0]?.kind, 'beside');
  assert.deepEqual(rewrite.rest, ['source']);
});

test('anything else is fields alone, and nothing of a record is ever left out', () => {
  assert.deepEqual(shapeOf({ prompt: 'A', topic: 'B' }), { parts: [], rest: ['prompt', 'topic'] });
  assert.deepEqual(shapeOf({ messages: [{ role: 'user' }], n: 1 }).rest, ['messages', 'n']);
  assert.deepEqual(shapeOf({ document: 3, text: 'x' }).rest, ['document', 'text']);
  assert.deepEqual(shapeOf({ messages: [], chosen: 'x' }).rest, ['messages', 'chosen']);
});
