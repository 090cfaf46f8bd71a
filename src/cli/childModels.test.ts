import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LanguageModelRefusal } from '../core/endpoints/vscodeLm/languageModels.ts';
import type { FromChild } from '../core/run/childProtocol.ts';
import { ChildModels } from './childModels.ts';

const question = { model: 'house/writer', messages: [{ role: 'user' as const, content: 'hello' }], options: {} };
const answer = (text: string) => ({ text, model: 'house/writer', usage: null });

test('answers find their questions by number, in whatever order they come', async () => {
  const sent: FromChild[] = [];
  const models = new ChildModels((message) => sent.push(message));
  const pieces: string[] = [];
  const first = models.ask(question, undefined, (text) => pieces.push(text));
  const second = models.ask(question, undefined, () => undefined);
  const list = models.list(undefined);
  assert.deepEqual(
    sent.map((message) => [message.type, 'id' in message ? message.id : 0]),
    [
      ['lm.request', 1],
      ['lm.request', 2],
      ['lm.list', 3],
    ],
  );
  models.receive({ type: 'lm.models', id: 3, names: ['house/writer'] });
  models.receive({ type: 'lm.answer', id: 2, answer: answer('two') });
  models.receive({ type: 'lm.chunk', id: 1, text: 'o' });
  models.receive({ type: 'lm.chunk', id: 1, text: 'ne' });
  models.receive({ type: 'lm.answer', id: 1, answer: answer('one') });
  // Nobody waits for this any more.
  models.receive({ type: 'lm.answer', id: 1, answer: answer('again') });
  assert.deepEqual([(await first).text, (await second).text, await list], ['one', 'two', ['house/writer']]);
  assert.deepEqual(pieces, ['o', 'ne']);
});

test('a refusal keeps its reason; cancelling takes the question back', async () => {
  const sent: FromChild[] = [];
  const models = new ChildModels((message) => sent.push(message));
  const refused = models.ask(question, undefined, () => undefined);
  models.receive({ type: 'lm.error', id: 1, failure: 'blocked', message: 'tomorrow' });
  await assert.rejects(refused, (error) => error instanceof LanguageModelRefusal && error.failure === 'blocked');
  const abort = new AbortController();
  const cancelled = models.ask(question, abort.signal, () => undefined);
  abort.abort(new Error('enough'));
  await assert.rejects(cancelled, /enough/u);
  assert.deepEqual(sent.at(-1), { type: 'lm.cancel', id: 2 });
});

test('when the editor goes away, nobody waits for it', async () => {
  const models = new ChildModels(() => undefined);
  const asked = models.ask(question, undefined, () => undefined);
  models.close();
  await assert.rejects(asked, /VS Code has gone away/u);
});
