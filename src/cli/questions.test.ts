import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startModelServer } from '../../test/support/modelServer.ts';
import { createEndpoint } from '../core/endpoints/createEndpoint.ts';
import { createHttpFetch } from '../core/endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../core/endpoints/profile.ts';
import type { FromQuestionChild } from '../core/run/questionProtocol.ts';
import { toChild } from './childMessages.ts';
import { Questions } from './questions.ts';

/** Questions in this process, and everything that comes back. */
function serve() {
  const http = createHttpFetch();
  const sent: FromQuestionChild[] = [];
  const waiting = new Set<() => void>();
  const questions = new Questions({
    open: (profile, onWarning) => createEndpoint(profile, { fetch: http.fetch, onWarning }),
    send: (message) => {
      sent.push(message);
      for (const look of waiting) look();
    },
    signal: new AbortController().signal,
  });
  const until = (fits: (messages: readonly FromQuestionChild[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!fits(sent)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { questions, sent, until, close: () => http.close() };
}

const question = (baseUrl: string) => ({
  profile: { name: 'slow', profile: endpointProfileSchema.parse({ base_url: baseUrl, auth: 'none', retries: 0 }) },
  model: 'm',
  messages: [{ role: 'user' as const, content: 'Name two things.' }],
  generation: { temperature: 0.5 },
  expects: 'list' as const,
});

test('an answer comes in pieces while the service is still at it, and is read at the end', async () => {
  let goOn = (): void => undefined;
  const halfway = new Promise<void>((resolve) => (goOn = resolve));
  const server = await startModelServer(() => ({ text: '1. first thing\n2. second thing', halfway }));
  const { questions, sent, until, close } = serve();
  try {
    const done = questions.take({ type: 'ask', id: 7, question: question(server.url) });
    await until((messages) => messages.some((message) => message.type === 'chunk'));
    assert.ok(sent.every(({ type }) => type === 'chunk'));
    goOn();
    await done;
    const text = sent.map((message) => (message.type === 'chunk' ? message.text : '')).join('');
    assert.equal(text, '1. first thing\n2. second thing');
    const last = sent.at(-1);
    assert.ok(last?.type === 'answered' && last.id === 7 && last.answer.ok);
    assert.deepEqual(last.answer.reading, { form: 'list', items: ['first thing', 'second thing'] });
    assert.ok((last.answer.usage?.completion ?? 0) > 0);
    assert.equal(server.received[0]?.body['stream'], true);
  } finally {
    await server.close();
    await close();
  }
});

test('a question that is given up says nothing more, and its request ends', async () => {
  const server = await startModelServer(() => ({ text: 'a b c d', halfway: new Promise(() => undefined) }));
  const { questions, sent, until, close } = serve();
  try {
    const done = questions.take({ type: 'ask', id: 1, question: question(server.url) });
    await until((messages) => messages.some((message) => message.type === 'chunk'));
    await questions.take({ type: 'stop', id: 1 });
    await done;
    assert.ok(sent.every(({ type }) => type === 'chunk'));
  } finally {
    await server.close();
    await close();
  }
});

test('what a service does wrong is an answer in plain words', async () => {
  const server = await startModelServer(() => ({ status: 401, raw: '{"error":{"message":"who are you?"}}' }));
  const { questions, sent, close } = serve();
  try {
    await questions.take({ type: 'ask', id: 1, question: question(server.url) });
    const [message] = sent;
    assert.ok(message?.type === 'answered' && !message.answer.ok);
    assert.match(message.answer.message, /slow/u);
    assert.ok(message.answer.failure !== null);
  } finally {
    await server.close();
    await close();
  }
});

test('a pool is asked with its replicas, and what a service cannot do is told with the answer', async () => {
  const server = await startModelServer(() => ({ text: '1. one\n2. two' }));
  const { questions, sent, close } = serve();
  const replica = { base_url: server.url, model: 'own-name', preset: 'groq', auth: 'bearer' };
  const message = {
    type: 'ask',
    id: 9,
    question: {
      ...question(server.url),
      profile: {
        name: 'both',
        profile: endpointProfileSchema.parse({ kind: 'pool', replicas: ['left'] }),
        replicas: [{ name: 'left', profile: endpointProfileSchema.parse(replica), key: 'sk-left' }],
      },
      model: '',
      generation: { extra: { logprobs: true } },
    },
  };
  try {
    const read = toChild.parse(structuredClone(message));
    assert.ok(read.type === 'ask');
    await questions.take(read);
    const last = sent.at(-1);
    assert.ok(last?.type === 'answered' && last.answer.ok, JSON.stringify(last));
    assert.equal(server.received[0]?.body['model'], 'own-name');
    assert.equal(server.received[0].headers.authorization, 'Bearer sk-left');
    assert.match(last.answer.warnings.join(), /left: .*logprobs/u);
  } finally {
    await server.close();
    await close();
  }
});

test('tokens of texts are counted together', async () => {
  const { questions, sent, close } = serve();
  await questions.take({ type: 'count', id: 3, texts: ['Name two things.', 'You are brief.'] });
  assert.deepEqual(sent, [{ type: 'counted', id: 3, tokens: 4 + 4 + 6 }]);
  await close();
});
