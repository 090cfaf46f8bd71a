import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerChat, answerJson, startTestServer } from '../http/testServer.ts';
import { createHttpFetch } from '../httpFetch.ts';
import { endpointProfileSchema } from '../profile.ts';
import { createOpenAiEndpoint } from './openAiEndpoint.ts';
import { errorOf, KEY, openService, question } from './testService.ts';

describe('statuses', () => {
  const cases: readonly [number, unknown, string][] = [
    [401, { error: { message: `Incorrect API key provided: ${KEY}` } }, 'key-refused'],
    [402, { error: { message: 'Insufficient balance' } }, 'payment'],
    [429, { error: { message: 'You exceeded your quota', code: 'insufficient_quota' } }, 'payment'],
    [429, { error: { message: 'Slow down' } }, 'rate-limited'],
    [503, 'loading', 'rate-limited'],
    [403, { error: { message: 'moderated' } }, 'forbidden'],
    [404, { error: { message: 'The model `m` does not exist', code: 'model_not_found' } }, 'unknown-model'],
    [404, { object: 'error', message: 'The model `m` does not exist.', type: 'NotFoundError' }, 'unknown-model'],
    [404, { error: 'model "m" not found, try pulling it first' }, 'unknown-model'],
    [400, { error: { message: 'm is not a valid model ID' } }, 'unknown-model'],
    [400, { error: { message: 'Model Not Exist' } }, 'unknown-model'],
    [404, { detail: 'Not Found' }, 'not-found'],
    [405, '', 'not-found'],
    [400, { error: { message: 'max_tokens is too large for this model' } }, 'rejected'],
    [400, { error: { message: 'logprobs are not supported with this model' } }, 'rejected'],
    [413, '<html>too large</html>', 'rejected'],
    [422, { detail: [{ msg: 'field required' }] }, 'rejected'],
    [408, '', 'server'],
    [409, '', 'server'],
    [500, 'oops', 'server'],
    [502, '<html>bad gateway</html>', 'server'],
  ];
  for (const [status, body, failure] of cases) {
    test(`${status} ${JSON.stringify(body)} → ${failure}`, async (t) => {
      const { endpoint } = await openService(t, (_request, response) => {
        if (typeof body === 'string') response.writeHead(status, { 'content-type': 'text/html' }).end(body);
        else answerJson(response, status, body);
      });
      const error = await errorOf(endpoint.chat(question()));
      assert.deepEqual([error.failure, error.status], [failure, status]);
      if (status !== 401) return;
      assert.match(error.message, /\[key\]/u);
    });
  }

  test('a 401 without a key asks for one', async (t) => {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        answerJson(response, 401, { error: { message: 'no key' } });
      },
      { key: null },
    );
    assert.equal((await errorOf(endpoint.chat(question()))).failure, 'key-missing');
  });

  test('Retry-After is read as seconds and as a date', async (t) => {
    const { endpoint } = await openService(t, (_request, response, index) => {
      answerJson(response, 429, {}, { 'retry-after': index === 0 ? '7' : 'Thu, 01 Jan 1970 00:00:30 GMT' });
    });
    assert.equal((await errorOf(endpoint.chat(question()))).retryAfterSeconds, 7);
    assert.equal((await errorOf(endpoint.chat(question()))).retryAfterSeconds, 30);
  });

  test('a redirect to another host gets no key and names where it points', async (t) => {
    const other = await startTestServer((_request, response) => {
      answerChat(response, 'stolen');
    });
    t.after(() => other.close());
    const { endpoint } = await openService(t, (_request, response) => {
      response.writeHead(302, { location: `${other.origin}/v1` }).end();
    });
    const error = await errorOf(endpoint.chat(question()));
    assert.equal(error.failure, 'not-found');
    assert.ok(error.message.includes(other.origin));
    assert.equal(other.received.length, 0);
  });
});

describe('broken services', () => {
  const bodies: readonly [string, string, RegExp][] = [
    ['half a body', '{"choices": [{"message": {"conte', /not valid JSON/u],
    ['no choices', '{"object": "chat.completion"}', /no `choices`/u],
    ['empty choices', '{"choices": []}', /empty list/u],
    ['a list', '[1]', /not a JSON object/u],
    ['null', 'null', /empty/u],
    ['nothing', '', /empty/u],
    ['a choice without message', '{"choices": [{}]}', /without a `message`/u],
    ['content of another type', '{"choices": [{"message": {"content": 5}}]}', /no text/u],
  ];
  for (const [name, body, told] of bodies) {
    test(`${name}: unreadable, with an excerpt`, async (t) => {
      const { endpoint } = await openService(t, (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      });
      const error = await errorOf(endpoint.chat(question()));
      assert.equal(error.failure, 'unreadable');
      assert.match(error.message, told);
      assert.ok(error.message.includes(body));
      assert.ok(error.retryable);
    });
  }

  test('a web page: unreadable, and a long one is cut, the key taken out before', async (t) => {
    const { endpoint } = await openService(t, (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<html>${'x'.repeat(140)} ${KEY} ${'y'.repeat(5000)}`);
    });
    const error = await errorOf(endpoint.chat(question()));
    assert.equal(error.failure, 'unreadable');
    assert.match(error.message, /web page/u);
    assert.ok(error.message.length < 400);
    assert.ok(!error.message.includes(KEY.slice(0, 8)));
  });

  test('a body larger than the limit: unreadable, the socket is closed', async (t) => {
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        answerChat(response, 'x'.repeat(300_000));
      },
      { maxBodyBytes: 100_000 },
    );
    assert.equal((await errorOf(endpoint.chat(question()))).failure, 'unreadable');
    await server.closedConnections(1);
  });

  test('a connection dropped before the answer: unreachable; within it: unreadable', async (t) => {
    const { endpoint } = await openService(t, (_request, response, index) => {
      if (index === 0) response.socket?.destroy();
      else {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"choices":', () => response.socket?.destroy());
      }
    });
    assert.equal((await errorOf(endpoint.chat(question()))).failure, 'unreachable');
    assert.equal((await errorOf(endpoint.chat(question()))).failure, 'unreadable');
  });

  test('no answer in time: timeout, before and within the answer, and the socket is closed', async (t) => {
    const { server, endpoint } = await openService(
      t,
      (_request, response, index) => {
        if (index === 0) return;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{');
      },
      { profile: { timeout_s: 0.1 } },
    );
    const error = await errorOf(endpoint.chat(question()));
    assert.equal(error.failure, 'timeout');
    assert.match(error.message, /0\.1 s/u);
    assert.equal((await errorOf(endpoint.chat(question()))).failure, 'timeout');
    await server.closedConnections(2);
  });

  test('nobody listening and a name that does not exist: unreachable, in plain words', async () => {
    const server = await startTestServer(() => undefined);
    await server.close();
    const http = createHttpFetch();
    const make = (base_url: string) =>
      createOpenAiEndpoint({ name: 'mine', profile: endpointProfileSchema.parse({ base_url }) }, { fetch: http.fetch });
    const refused = await errorOf(make(`${server.origin}/v1`).chat(question()));
    assert.equal(refused.failure, 'unreachable');
    assert.match(refused.message, /nothing is listening/u);
    const unknown = await errorOf(make('http://no-such-host.invalid/v1').chat(question()));
    assert.equal(unknown.failure, 'unreachable');
    assert.match(unknown.message, /no-such-host\.invalid could not be resolved/u);
    await http.close();
  });

  test('plain http behind an https address: unreachable, with a hint', async (t) => {
    const server = await startTestServer(() => undefined);
    const http = createHttpFetch();
    t.after(async () => {
      await http.close();
      await server.close();
    });
    const profile = endpointProfileSchema.parse({ base_url: server.origin.replace('http:', 'https:') });
    const error = await errorOf(
      createOpenAiEndpoint({ name: 'mine', profile }, { fetch: http.fetch }).chat(question()),
    );
    assert.equal(error.failure, 'unreachable');
    assert.match(error.message, /http, not https/u);
  });

  test('an abort ends with the caller\u2019s reason and closes the socket', async (t) => {
    const { server, endpoint } = await openService(t, () => undefined);
    const controller = new AbortController();
    const outcome = endpoint.chat(question(), { signal: controller.signal });
    while (server.received.length === 0) await new Promise(setImmediate);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(outcome, (error) => error === reason);
    await server.closedConnections(1);
  });
});
