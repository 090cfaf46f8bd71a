import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { answerChat, answerJson, startTestServer } from '../endpoints/http/testServer.ts';
import type { ReceivedRequest } from '../endpoints/http/testServer.ts';
import { createOpenAiEndpoint } from '../endpoints/openai/openAiEndpoint.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { EndpointError } from '../errors.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { connect } from './connect.ts';
import type { AttemptFailure } from './connect.ts';
import { ask } from './scriptedEndpoint.ts';

/** The machine's clock, except that waits are over at once, as if their time had passed. */
function createImpatientClock(): Clock {
  let skipped = 0;
  return {
    now: () => performance.now() + skipped,
    async sleep(milliseconds, signal) {
      await systemClock.sleep(0, signal);
      skipped += milliseconds;
    },
  };
}

async function open(
  t: TestContext,
  handle: (request: ReceivedRequest, response: ServerResponse, index: number) => void,
  profileFields: object = {},
) {
  const server = await startTestServer(handle);
  const http = createHttpFetch();
  const profile = endpointProfileSchema.parse({ base_url: `${server.origin}/v1`, ...profileFields });
  const failures: AttemptFailure[] = [];
  const endpoint = createOpenAiEndpoint({ name: 'mine', profile, key: 'sk-0123456789abcdef' }, { fetch: http.fetch });
  const connection = connect(
    endpoint,
    { maxConcurrency: 16, retries: 40, onAttemptFailed: (failure) => failures.push(failure) },
    { clock: createImpatientClock(), random: () => 0.5 },
  );
  t.after(async () => {
    await connection.close();
    await http.close();
    await server.close();
  });
  return { server, connection, failures };
}

/** Ways in which a service can fail for a while. */
const FAULTS: readonly ((response: ServerResponse) => void)[] = [
  (response) => {
    answerJson(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '1' });
  },
  (response) => {
    response.writeHead(500).end('oops');
  },
  (response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html>bad gateway</html>');
  },
  (response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
  },
  (response) => {
    answerJson(response, 200, { choices: [] });
  },
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": [{"mess');
  },
  (response) => {
    response.socket?.destroy();
  },
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"choices":', () => response.socket?.destroy());
  },
];

test('every request gets its answer from a service that fails in every way, and every failure is counted', async (t) => {
  const faulty = (index: number) => index % 3 === 1;
  const { server, connection, failures } = await open(t, (request, response, index) => {
    const fault = FAULTS[Math.floor(index / 3) % FAULTS.length];
    if (faulty(index) && fault !== undefined) fault(response);
    else answerChat(response, `answer to ${request.body}`);
  });
  const texts = Array.from({ length: 200 }, (_, number) => `question ${number}`);
  const answers = await Promise.all(texts.map((text, number) => connection.chat(ask(text), { place: [number] })));
  answers.forEach((answer, number) => {
    assert.ok(answer.choices[0]?.text.includes(`"question ${number}"`), `answer ${number} belongs to another request`);
  });
  const failed = server.received.filter((_, index) => faulty(index)).length;
  assert.equal(failures.length, failed);
  assert.deepEqual([connection.stats().requests, connection.stats().retries], [server.received.length, failed]);
  assert.deepEqual(connection.stats().tokens, { prompt: 600, completion: 400 });
});

test('requests that hang are timed out and sent again', async (t) => {
  const { connection, failures } = await open(
    t,
    (_request, response, index) => {
      if (index > 2) answerChat(response, 'at last');
    },
    { timeout_s: 0.2 },
  );
  const answers = await Promise.all(['a', 'b', 'c'].map((text) => connection.chat(ask(text))));
  assert.deepEqual(
    answers.map(({ choices }) => choices[0]?.text),
    ['at last', 'at last', 'at last'],
  );
  assert.deepEqual(new Set(failures.map(({ error }) => error.failure)), new Set(['timeout']));
});

test('a refused key ends everything after the requests that were on their way', async (t) => {
  const { server, connection } = await open(t, (_request, response) => {
    answerJson(response, 401, { error: { message: 'bad key' } });
  });
  const outcomes = await Promise.allSettled(Array.from({ length: 500 }, () => connection.chat(ask())));
  assert.ok(server.received.length <= 16, `${server.received.length} requests were sent`);
  const reasons = new Set(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as unknown) : undefined)),
  );
  assert.equal(reasons.size, 1);
  const [reason] = reasons;
  assert.ok(reason instanceof EndpointError && reason.failure === 'key-refused');
});

test('an abort ends what waits and what is on its way, and closes the sockets', async (t) => {
  const { server, connection } = await open(t, () => undefined);
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const all = Promise.allSettled(
    Array.from({ length: 50 }, () => connection.chat(ask(), { signal: controller.signal })),
  );
  while (server.received.length < 16) await new Promise(setImmediate);
  controller.abort(reason);
  for (const outcome of await all) assert.ok(outcome.status === 'rejected' && outcome.reason === reason);
  await server.closedConnections(16);
  assert.equal(server.received.length, 16);
  assert.deepEqual([connection.stats().inFlight, connection.stats().waiting], [0, 0]);
});
