import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test } from 'node:test';
import { EndpointError } from '../../errors.ts';
import type { RateHeaders } from '../endpoint.ts';
import { answerChat, answerJson } from '../http/testServer.ts';
import { endpointProfileSchema } from '../profile.ts';
import { createOpenAiEndpoint } from './openAiEndpoint.ts';
import { errorOf, KEY, onlyOf, openService, question } from './testService.ts';

describe('requests', () => {
  test('send exactly the body that is shown, with the key in the header alone', async (t) => {
    const { server, endpoint } = await openService(t, (_request, response) => {
      answerChat(response, 'hello');
    });
    const request = question({
      max_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      n: 1,
      seed: 3,
      stop: ['a'],
      extra: { top_k: 4, reasoning_effort: 'low' },
    });
    const answer = await endpoint.chat(request);
    assert.deepEqual(answer, {
      choices: [{ text: 'hello', finishReason: 'stop' }],
      model: 'test-model',
      usage: { prompt: 3, completion: 2 },
    });
    const received = onlyOf(server);
    assert.equal(received.url, '/v1/chat/completions');
    assert.equal(received.headers.authorization, `Bearer ${KEY}`);
    assert.equal(received.body, JSON.stringify(endpoint.body(request)));
    assert.deepEqual(endpoint.body(request), {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      max_tokens: 7,
      temperature: 0,
      top_p: 0.5,
      n: 1,
      seed: 3,
      stop: ['a'],
      top_k: 4,
      reasoning_effort: 'low',
    });
  });

  test('send nothing that was not set, and nothing out of the environment', async (t) => {
    const names = {
      OPENAI_ORG_ID: 'org-secret',
      OPENAI_CUSTOM_HEADERS: 'x-stolen: secret',
      OPENAI_API_KEY: 'sk-environment',
    };
    Object.assign(process.env, names);
    t.after(() => {
      for (const name of Object.keys(names)) Reflect.deleteProperty(process.env, name);
    });
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        answerChat(response, 'hello');
      },
      { key: null },
    );
    await endpoint.chat(question());
    const received = onlyOf(server);
    assert.deepEqual(JSON.parse(received.body), { model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    assert.doesNotMatch(JSON.stringify(received.headers), /secret|environment|stainless/iu);
    assert.equal(received.headers.authorization, undefined);
  });

  test('follow the profile: header for the key, further headers and query, name of the token limit', async (t) => {
    const profile = {
      auth: { header: 'api-key' },
      headers: { 'X-Team': 'blue' },
      query: { 'api-version': '2024-10-21' },
      max_tokens_field: 'max_completion_tokens',
    };
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        answerChat(response, 'hello');
      },
      { profile },
    );
    await endpoint.chat(question({ max_tokens: 5 }));
    const received = onlyOf(server);
    assert.equal(received.url, '/v1/chat/completions?api-version=2024-10-21');
    assert.deepEqual(
      [received.headers['api-key'], received.headers['x-team'], received.headers.authorization],
      [KEY, 'blue', undefined],
    );
    assert.match(received.body, /"max_completion_tokens":5/u);
    assert.equal(endpoint.identity, `openai ${server.origin}/v1?api-version=2024-10-21`);
  });

  test('a key that no header can hold is told as such, without showing it', () => {
    const profile = endpointProfileSchema.parse({ base_url: 'http://localhost/v1' });
    const make = () => createOpenAiEndpoint({ name: 'mine', profile, key: 'two\nlines' }, { fetch });
    assert.throws(
      make,
      (error) => error instanceof EndpointError && error.failure === 'key-refused' && !error.message.includes('lines'),
    );
  });
});

describe('answers', () => {
  test('are taken for uncounted where the service counts parts of tokens, or more than there are', async (t) => {
    for (const count of [1.5, 1e21, -1]) {
      const { endpoint } = await openService(t, (_request, response) => {
        answerChat(response, 'hello', { usage: { prompt_tokens: count, completion_tokens: 2 } });
      });
      assert.equal((await endpoint.chat(question())).usage, null, String(count));
    }
  });

  test('have several choices in their order, reasoning, refusal and finish reason', async (t) => {
    const { endpoint } = await openService(t, (_request, response) => {
      answerChat(response, '', {
        choices: [
          { index: 1, message: { content: 'second', reasoning: 'because' }, finish_reason: 'length' },
          { index: 0, message: { content: null, reasoning_content: 'hm', refusal: 'I will not' }, finish_reason: null },
        ],
        usage: null,
      });
    });
    const answer = await endpoint.chat(question({ n: 2 }));
    assert.deepEqual(answer.choices, [
      { text: '', reasoning: 'hm', refusal: 'I will not', finishReason: null },
      { text: 'second', reasoning: 'because', finishReason: 'length' },
    ]);
    assert.equal(answer.usage, null);
  });

  test('of reward models have scores', async (t) => {
    const content = [
      { token: 'helpfulness', logprob: 1.6 },
      { token: 'verbosity', logprob: -0.5 },
    ];
    const { endpoint } = await openService(t, (_request, response) => {
      answerChat(response, '', { choices: [{ message: { content: '' }, logprobs: { content } }] });
    });
    assert.deepEqual((await endpoint.chat(question())).choices[0]?.scores, { helpfulness: 1.6, verbosity: -0.5 });
  });

  test('are read though their type is not JSON', async (t) => {
    const { endpoint } = await openService(t, (_request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(JSON.stringify({ choices: [{ message: { content: 'hello' } }] }));
    });
    assert.equal((await endpoint.chat(question())).choices[0]?.text, 'hello');
  });

  test('that echo the key come without it', async (t) => {
    const { endpoint } = await openService(t, (request, response) => {
      answerChat(response, `your header was ${request.headers.authorization ?? ''}`);
    });
    assert.equal((await endpoint.chat(question())).choices[0]?.text, 'your header was Bearer [key]');
  });

  test('tell the limits of the service', async (t) => {
    const { endpoint } = await openService(t, (_request, response) => {
      response.setHeader('x-ratelimit-remaining-requests', '0');
      response.setHeader('x-ratelimit-reset-requests', '1m2.5s');
      answerChat(response, 'hello');
    });
    const heard: RateHeaders[] = [];
    await endpoint.chat(question(), { onHeaders: (headers) => heard.push(headers) });
    assert.deepEqual(heard, [{ remainingRequests: 0, resetRequestsSeconds: 62.5 }]);
  });
});

/** A stream of server-sent events. */
function streamPieces(response: ServerResponse, pieces: readonly object[], end = 'data: [DONE]\n\n'): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of pieces) response.write(`data: ${JSON.stringify(piece)}\n\n`);
  response.end(end);
}

const piece = (delta: object, finish: string | null = null, index = 0) => ({
  model: 'streamer',
  choices: [{ index, delta, finish_reason: finish }],
});

describe('streams', () => {
  test('come piece by piece and end as one answer', async (t) => {
    const { server, endpoint } = await openService(t, (_request, response) => {
      streamPieces(response, [
        piece({ role: 'assistant', content: '' }),
        piece({ reasoning_content: 'hm' }),
        piece({ content: 'one ' }),
        piece({ content: 'other' }, null, 1),
        piece({ content: 'two' }),
        piece({}, 'stop'),
        piece({}, 'length', 1),
        { model: 'streamer', choices: [], usage: { prompt_tokens: 4, completion_tokens: 9 } },
      ]);
    });
    const chunks: string[] = [];
    const answer = await endpoint.chat(question({ stream: true, n: 2 }), { onChunk: (text) => chunks.push(text) });
    assert.deepEqual(chunks, ['one ', 'two']);
    assert.deepEqual(answer, {
      choices: [
        { text: 'one two', reasoning: 'hm', finishReason: 'stop' },
        { text: 'other', finishReason: 'length' },
      ],
      model: 'streamer',
      usage: { prompt: 4, completion: 9 },
    });
    assert.match(server.received[0]?.body ?? '', /"stream_options":\{"include_usage":true\}/u);
  });

  test('that break off are no answer', async (t) => {
    const { endpoint } = await openService(t, (request, response, index) => {
      if (index === 0) streamPieces(response, [piece({ content: 'half' })], '');
      else {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(piece({ content: 'half' }))}\n\n`, () => {
          response.destroy();
        });
      }
      assert.ok(request.body !== '');
    });
    assert.equal((await errorOf(endpoint.chat(question({ stream: true })))).failure, 'unreadable');
    assert.equal((await errorOf(endpoint.chat(question({ stream: true })))).failure, 'unreadable');
  });

  test('may take longer than the limit as long as they do not stand still', async (t) => {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        let sent = 0;
        const timer = setInterval(() => {
          sent += 1;
          response.write(`data: ${JSON.stringify(piece({ content: 'x' }, sent === 8 ? 'stop' : null))}\n\n`);
          if (sent === 8) {
            clearInterval(timer);
            response.end('data: [DONE]\n\n');
          }
        }, 150);
      },
      { profile: { timeout_s: 1 } },
    );
    assert.equal((await endpoint.chat(question({ stream: true }))).choices[0]?.text, 'xxxxxxxx');
  });

  test('that stand still are timed out, and their socket is closed', async (t) => {
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(piece({ content: 'x' }))}\n\n`);
      },
      { profile: { timeout_s: 0.1 } },
    );
    assert.equal((await errorOf(endpoint.chat(question({ stream: true })))).failure, 'timeout');
    await server.closedConnections(1);
  });

  test('are aborted with the caller\u2019s reason', async (t) => {
    const { server, endpoint } = await openService(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(piece({ content: 'x' }))}\n\n`);
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const outcome = endpoint.chat(question({ stream: true }), {
      signal: controller.signal,
      onChunk: () => {
        controller.abort(reason);
      },
    });
    await assert.rejects(outcome, (error) => error === reason);
    await server.closedConnections(1);
  });
});

describe('models and embeddings', () => {
  test('the list of models is read in the forms services give it', async (t) => {
    const forms = [
      { data: [{ id: 'a' }, { id: 'b' }] },
      { models: [{ name: 'a' }, { name: 'b' }] },
      [{ id: 'a' }, { id: 'b' }],
    ];
    const { server, endpoint } = await openService(t, (_request, response, index) => {
      answerJson(response, 200, forms[index]);
    });
    for (const form of forms) assert.deepEqual(await endpoint.models(), ['a', 'b'], JSON.stringify(form));
    assert.deepEqual([server.received[0]?.method, server.received[0]?.url], ['GET', '/v1/models']);
  });

  test('vectors come in the order of the texts', async (t) => {
    const { server, endpoint } = await openService(t, (_request, response) => {
      answerJson(response, 200, {
        data: [
          { index: 1, embedding: [3, 4] },
          { index: 0, embedding: [1, 2] },
        ],
      });
    });
    const vectors = await endpoint.embed('e', ['a', 'b'], { extra: { input_type: 'query' } });
    assert.deepEqual(vectors, [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(JSON.parse(server.received[0]?.body ?? ''), {
      model: 'e',
      input: ['a', 'b'],
      encoding_format: 'float',
      input_type: 'query',
    });
  });

  test('vectors of different lengths, or too few, are no answer', async (t) => {
    const answers = [[{ embedding: [1] }, { embedding: [1, 2] }], [{ embedding: [1] }]];
    const { endpoint } = await openService(t, (_request, response, index) => {
      answerJson(response, 200, { data: answers[index] });
    });
    assert.match((await errorOf(endpoint.embed('e', ['a', 'b']))).message, /different lengths/u);
    assert.match((await errorOf(endpoint.embed('e', ['a', 'b']))).message, /1 embeddings for 2 texts/u);
  });
});
