import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisposedError, Messenger, RemoteError, type Port } from './messenger.ts';

type Question = { readonly type: 'double'; readonly value: number } | { readonly type: 'hello' };
interface QuestionAnswers {
  readonly [type: string]: unknown;
  readonly double: number;
}
type None = never;
type NoAnswers = Readonly<Record<string, unknown>>;

/** Two ends that hear each other in a later task, as windows do. */
function pair(): [Port, Port] {
  const listeners: [Set<(value: unknown) => void>, Set<(value: unknown) => void>] = [new Set(), new Set()];
  const end = (own: 0 | 1, other: 0 | 1): Port => ({
    send(value) {
      const copy: unknown = structuredClone(value);
      setImmediate(() => {
        for (const listener of listeners[other]) listener(copy);
      });
    },
    listen(listener) {
      listeners[own].add(listener);
      return () => listeners[own].delete(listener);
    },
  });
  return [end(0, 1), end(1, 0)];
}

function conversation(answer: (value: number) => number | Promise<number>) {
  const [here, there] = pair();
  const errors: unknown[] = [];
  const heard: string[] = [];
  const server = new Messenger<Question, QuestionAnswers, None, NoAnswers>({
    port: there,
    readMessage(value) {
      if (typeof value === 'object' && value !== null && 'type' in value) {
        if (value.type === 'hello') return { type: 'hello' };
        if (value.type === 'double' && 'value' in value && typeof value.value === 'number') {
          return { type: 'double', value: value.value };
        }
      }
      throw new Error('not a question');
    },
    readAnswer: (_type, value) => value,
    handlers: {
      double: ({ value }) => answer(value),
      hello: () => {
        heard.push('hello');
      },
    },
    onError: (error) => errors.push(error),
  });
  const client = new Messenger<None, NoAnswers, Question, QuestionAnswers>({
    port: here,
    readMessage: () => {
      throw new Error('nothing is sent to the client');
    },
    readAnswer(_type, value) {
      if (value !== undefined && typeof value !== 'number') throw new Error('not a number');
      return value;
    },
    handlers: {},
    onError: (error) => errors.push(error),
  });
  return { client, server, errors, heard, raw: here };
}

test('requests get their own answers, in whatever order they come', async () => {
  const { client } = conversation(
    (value) =>
      new Promise((resolve) => {
        setTimeout(() => resolve(value * 2), value === 1 ? 20 : 0);
      }),
  );
  const answers = await Promise.all([
    client.request({ type: 'double', value: 1 }),
    client.request({ type: 'double', value: 2 }),
  ]);
  assert.deepEqual(answers, [2, 4]);
});

test('a handler that throws rejects the caller with its message', async () => {
  const { client } = conversation(() => {
    throw new Error('no such file');
  });
  await assert.rejects(client.request({ type: 'double', value: 1 }), (error) => {
    assert.ok(error instanceof RemoteError);
    assert.equal(error.message, 'no such file');
    return true;
  });
});

test('a request that cannot be read is answered with an error, not with silence', async () => {
  const { client } = conversation((value) => value);
  const wrong = { type: 'double', value: 'x' } as unknown as { type: 'double'; value: number };
  await assert.rejects(client.request(wrong), /not a question/u);
});

test('an answer that is not what was promised rejects', async () => {
  const { client } = conversation(() => 'two' as unknown as number);
  await assert.rejects(client.request({ type: 'double', value: 1 }), /not a number/u);
});

test('closing the conversation rejects what is pending and everything later', async () => {
  const { client } = conversation(() => new Promise(() => undefined));
  const pending = client.request({ type: 'double', value: 1 });
  client.dispose();
  await assert.rejects(pending, DisposedError);
  await assert.rejects(client.request({ type: 'double', value: 1 }), DisposedError);
});

test('notices arrive, foreign messages are passed over, a notice that cannot be read is told', async () => {
  const { client, raw, heard, errors } = conversation((value) => value);
  raw.send('something of another script');
  raw.send({ kind: 'notice', message: { type: 'unknown' } });
  client.notify({ type: 'hello' });
  await client.request({ type: 'double', value: 1 });
  assert.deepEqual(heard, ['hello']);
  assert.equal(errors.length, 1);
});
