import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LIBRARY } from '../../test/support/openQaPlan.ts';
import { startModelServer } from '../../test/support/modelServer.ts';
import { createEndpoint } from '../core/endpoints/createEndpoint.ts';
import { createHttpFetch } from '../core/endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../core/endpoints/profile.ts';
import type { FromQuestionChild } from '../core/run/questionProtocol.ts';
import { toChild } from './childMessages.ts';
import { Questions } from './questions.ts';
import { openLibrary } from './workspace.ts';

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
    version: '0.0.0',
    library: () => openLibrary(LIBRARY),
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

test('a dataset is described with what charts need, and what cannot be read is counted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-describe-'));
  const { questions, sent, close } = serve();
  try {
    const path = join(folder, 'data.jsonl');
    const records = Array.from({ length: 40 }, (_, at) =>
      JSON.stringify({
        text: `text number ${at} of them`,
        label: at % 4 === 0 ? 'a' : 'b',
        reward: { helpful: at / 10 },
      }),
    );
    await writeFile(path, [...records, 'not json', '[1]'].join('\n'));
    const message = { type: 'describe', id: 4, question: { path, texts: ['text'] } };
    const read = toChild.parse(structuredClone(message));
    assert.ok(read.type === 'describe');
    await questions.take(read);
    const last = sent.at(-1);
    assert.ok(last?.type === 'described' && last.id === 4 && last.answer.ok, JSON.stringify(last));
    const { statistics, unreadable, source } = last.answer.description;
    assert.equal(source, path);
    assert.deepEqual(unreadable, { 'not-json': 1, 'not-an-object': 1 });
    assert.equal(statistics.records, 40);
    assert.deepEqual(statistics.labels['label']?.counts, [
      ['b', 30],
      ['a', 10],
    ]);
    for (const bins of [statistics.numbers['reward.helpful']?.histogram, statistics.texts['text']?.words?.histogram]) {
      assert.equal(
        bins?.reduce((sum, { count }) => sum + count, 0),
        40,
      );
    }
    await questions.take({ type: 'describe', id: 5, question: { path: join(folder, 'none.jsonl') } });
    await questions.take({ type: 'describe', id: 6, question: { path, texts: ['answer'] } });
    const refused = sent
      .slice(-2)
      .map((each) => (each.type === 'described' && !each.answer.ok ? each.answer.message : ''));
    assert.match(refused[0] ?? '', /none\.jsonl: there is no such file/u);
    assert.match(refused[1] ?? '', /no record has a text in answer; they have text, label/iu);
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
});

test('a description that is given up ends without a word', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-describe-'));
  const { questions, sent, close } = serve();
  try {
    const path = join(folder, 'data.jsonl');
    await writeFile(path, '{"text":"one of very many"}\n'.repeat(50_000));
    const done = questions.take({ type: 'describe', id: 1, question: { path } });
    await questions.take({ type: 'stop', id: 1 });
    await done;
    assert.deepEqual(sent, []);
  } finally {
    await close();
    await rm(folder, { recursive: true });
  }
});

test('tokens of texts are counted together', async () => {
  const { questions, sent, close } = serve();
  await questions.take({ type: 'count', id: 3, texts: ['Name two things.', 'You are brief.'] });
  assert.deepEqual(sent, [{ type: 'counted', id: 3, tokens: 4 + 4 + 6 }]);
  await close();
});
