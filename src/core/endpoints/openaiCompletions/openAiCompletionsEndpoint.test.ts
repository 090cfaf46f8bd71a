import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerJson } from '../http/testServer.ts';
import { errorOf, onlyOf, openService, question } from '../openai/testService.ts';
import { testConnection } from '../testConnection.ts';
import { createOpenAiCompletionsEndpoint } from './openAiCompletionsEndpoint.ts';

const profile = { kind: 'openai-completions', formatter: 'nemotron' };
const setting = { profile, create: createOpenAiCompletionsEndpoint };
const asked = '<extra_id_0>System\n\n<extra_id_1>User\nhi\n<extra_id_1>Assistant\n';

describe('a service that completes raw text', () => {
  test('is sent the formatted conversation, and what is sent is what is shown', async (t) => {
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        answerJson(response, 200, {
          model: 'base',
          choices: [
            { index: 1, text: 'second', finish_reason: 'length' },
            { index: 0, text: 'first', finish_reason: 'stop' },
          ],
          usage: { prompt_tokens: 3, completion_tokens: 2 },
        });
      },
      setting,
    );
    const request = question({ n: 2, max_tokens: 7, temperature: 0, stop: '\n\n', extra: { echo: false } });
    const answer = await endpoint.chat(request);
    assert.deepEqual(answer, {
      choices: [
        { text: 'first', finishReason: 'stop' },
        { text: 'second', finishReason: 'length' },
      ],
      model: 'base',
      usage: { prompt: 3, completion: 2 },
    });
    const received = onlyOf(server);
    assert.equal(received.url, '/v1/completions');
    assert.deepEqual(JSON.parse(received.body), {
      ...{ model: 'm', prompt: asked, max_tokens: 7, temperature: 0, n: 2, stop: ['\n\n'], echo: false },
    });
    assert.equal(received.body, JSON.stringify(endpoint.body(request)));
    assert.equal(endpoint.identity, `openai-completions ${server.origin}/v1`);
  });

  test('is told the stop words of the layout with those of the request, each once', async (t) => {
    const formatter = { user: { before: 'Q: ', after: '\n' }, assistant: { before: 'A:', after: '\n' }, stop: ['Q:'] };
    const { server, endpoint } = await openService(
      t,
      (_request, response) => {
        answerJson(response, 200, { choices: [{ text: 'x', finish_reason: 'stop' }] });
      },
      { ...setting, profile: { ...profile, formatter } },
    );
    await endpoint.chat(question({ stop: ['END', 'Q:'] }));
    assert.deepEqual(JSON.parse(onlyOf(server).body), { model: 'm', prompt: 'Q: hi\nA:', stop: ['END', 'Q:'] });
  });

  test('streams', async (t) => {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const choice of [{ text: 'one ' }, { text: 'two' }, { text: '', finish_reason: 'stop' }])
          response.write(`data: ${JSON.stringify({ model: 'base', choices: [{ index: 0, ...choice }] })}\n\n`);
        response.end('data: [DONE]\n\n');
      },
      setting,
    );
    const chunks: string[] = [];
    const answer = await endpoint.chat(question({ stream: true }), { onChunk: (text) => chunks.push(text) });
    assert.deepEqual([answer.choices[0]?.text, chunks], ['one two', ['one ', 'two']]);
  });

  test('is not asked what does not fit its layout; the error names profile, formatter and turn', async (t) => {
    const { server, endpoint } = await openService(t, (_request, response) => response.end(), setting);
    const request = { ...question(), messages: [{ role: 'assistant', content: 'a' }] as const };
    const error = await errorOf(endpoint.chat(request));
    assert.match(error.message, /mine.*nemotron.*turn 1 is by the assistant/u);
    assert.deepEqual([error.failure, error.stopsEndpoint, server.received.length], ['rejected', false, 0]);
    // The run journals what was refused, so there has to be a body.
    assert.deepEqual(endpoint.body(request), { model: 'm', messages: [{ role: 'assistant', content: 'a' }] });
  });

  test('is told apart from a chat service by Test Connection', async (t) => {
    const { endpoint, named } = await openService(
      t,
      (request, response) => {
        if (request.url === '/v1/models') answerJson(response, 200, { data: [{ id: 'm' }] });
        else answerJson(response, 404, { detail: 'Not Found' });
      },
      { ...setting, profile: { ...profile, model: 'm' } },
    );
    const { message } = await testConnection(endpoint, named.profile);
    assert.match(message, /perhaps it offers no raw text completions/u);
  });

  test('whose answer has no text is unreadable', async (t) => {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        answerJson(response, 200, { choices: [{ message: { content: 'a chat' } }] });
      },
      setting,
    );
    assert.match((await errorOf(endpoint.chat(question()))).message, /a choice without a `text`/u);
  });
});
