import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { answerChat, answerJson, startTestServer } from './http/testServer.ts';
import { createHttpFetch } from './httpFetch.ts';
import { createOpenAiEndpoint } from './openai/openAiEndpoint.ts';
import { endpointProfileSchema } from './profile.ts';
import { testConnection } from './testConnection.ts';

/** Tests a connection to a service that answers as told. */
async function tried(
  t: TestContext,
  models: (response: ServerResponse) => void,
  chat: (response: ServerResponse) => void,
  fields: object = { model: 'm' },
) {
  const server = await startTestServer((request, response) => {
    (request.url === '/v1/models' ? models : chat)(response);
  });
  const http = createHttpFetch();
  t.after(async () => {
    await http.close();
    await server.close();
  });
  const profile = endpointProfileSchema.parse({ base_url: `${server.origin}/v1`, ...fields });
  const endpoint = createOpenAiEndpoint({ name: 'mine', profile }, { fetch: http.fetch });
  let time = 0;
  const result = await testConnection(endpoint, profile, undefined, () => (time += 500));
  return { result, server };
}

const twoModels = (response: ServerResponse) => {
  answerJson(response, 200, { data: [{ id: 'a' }, { id: 'b' }] });
};
const notFound = (response: ServerResponse) => {
  answerJson(response, 404, { detail: 'Not Found' });
};
const hello = (response: ServerResponse) => {
  answerChat(response, 'hello');
};

test('a service that answers: how long it took, by which model', async (t) => {
  const { result } = await tried(t, twoModels, hello);
  assert.deepEqual(result, {
    ok: true,
    seconds: 0.5,
    message: 'test-model answered in 500 ms.',
    models: ['a', 'b'],
    code: null,
  });
});

test('a service without a list of models is all right', async (t) => {
  const { result } = await tried(t, notFound, hello);
  assert.equal(result.ok, true);
});

test('a profile without a model is told what there is, and nothing is asked', async (t) => {
  const { result, server } = await tried(t, twoModels, hello, {});
  assert.equal(result.ok, false);
  assert.match(result.message, /names no model.* a, b/u);
  assert.equal(server.received.length, 1);
});

test('an unknown model is told with those that are offered', async (t) => {
  const { result } = await tried(t, twoModels, (response) => {
    answerJson(response, 404, { error: { message: 'The model `m` does not exist', code: 'model_not_found' } });
  });
  assert.equal(result.code, 'unknown-model');
  assert.match(result.message, /does not know the model m.*offers a, b/u);
});

test('a refused key is told at once', async (t) => {
  const { result, server } = await tried(
    t,
    (response) => {
      answerJson(response, 401, {});
    },
    hello,
  );
  assert.deepEqual([result.ok, result.code], [false, 'key-missing']);
  assert.equal(server.received.length, 1);
});

test('a model that cannot chat is told as such', async (t) => {
  const { result } = await tried(t, twoModels, (response) => {
    answerJson(response, 400, { error: { message: 'This is not supported' } });
  });
  assert.equal(result.code, 'rejected');
  assert.match(result.message, /no chat model/u);
});
