import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, test, type TestContext } from 'node:test';
import { isJsonObject, parseJson } from '../../record/json.ts';
import type { ChatRequest, GenerationParameters } from '../endpoint.ts';
import { answerJson, type ReceivedRequest } from '../http/testServer.ts';
import { errorOf, openService, type Setting } from '../openai/testService.ts';
import { testConnection } from '../testConnection.ts';
import { endpointProfileSchema } from '../profile.ts';
import { createNemoDeployEndpoint } from './nemoDeployEndpoint.ts';

const tensor = (name: string, datatype: string) => ({ name, datatype, shape: [-1, -1] });
const TRTLLM = {
  name: 'm',
  inputs: [
    tensor('prompts', 'BYTES'),
    tensor('max_output_len', 'INT64'),
    tensor('top_k', 'INT64'),
    tensor('top_p', 'FP32'),
    tensor('temperature', 'FP32'),
    tensor('random_seed', 'INT64'),
    tensor('stop_words_list', 'BYTES'),
  ],
  outputs: [tensor('outputs', 'BYTES')],
};
const FRAMEWORK = {
  name: 'm',
  inputs: [
    tensor('prompts', 'BYTES'),
    tensor('max_length', 'INT64'),
    tensor('temperature', 'FP32'),
    tensor('compute_logprob', 'BOOL'),
    tensor('apply_chat_template', 'BOOL'),
  ],
  outputs: [tensor('sentences', 'BYTES')],
};

interface Model {
  readonly metadata?: unknown;
  /** Null: the server has no address for it. */
  readonly config?: unknown;
  readonly infer?: (request: ReceivedRequest, response: ServerResponse) => void;
}

/** A KServe service on this machine; by default it answers every prompt with itself. */
async function open(t: TestContext, model: Model = {}, setting: Setting = {}) {
  const { metadata = TRTLLM, config = { max_batch_size: 4 }, infer = echo } = model;
  return openService(
    t,
    (request, response) => {
      if (request.url === '/v2') answerJson(response, 200, { name: 'test', extensions: [] });
      else if (request.url === '/v2/models/m') answerJson(response, 200, metadata);
      else if (request.url === '/v2/models/m/config' && config !== null) answerJson(response, 200, config);
      else if (request.url === '/v2/models/m/infer') infer(request, response);
      else answerJson(response, 404, { error: `Request for unknown model: '${request.url}' is not found` });
    },
    {
      path: '',
      key: null,
      ...setting,
      profile: { kind: 'nemo-deploy', formatter: 'none', ...setting.profile },
      create: createNemoDeployEndpoint,
    },
  );
}

/** Inputs of a request by their names. */
function inputsOf({ body }: Pick<ReceivedRequest, 'body'>): Record<string, unknown> {
  const value = parseJson(body);
  assert.ok(isJsonObject(value) && Array.isArray(value['inputs']));
  const inputs = value['inputs'] as readonly { name: string; datatype: string; shape: number[]; data: unknown }[];
  return Object.fromEntries(inputs.map(({ name, datatype, shape, data }) => [name, [datatype, shape, data]]));
}

function echo(request: ReceivedRequest, response: ServerResponse): void {
  const [, shape, data] = inputsOf(request)['prompts'] as [string, number[], string[]];
  answerJson(response, 200, { outputs: [{ name: 'outputs', datatype: 'BYTES', shape, data }] });
}

const ask = (content: string, generation: GenerationParameters = {}): ChatRequest => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  generation,
});

const inferences = (received: readonly ReceivedRequest[]) => received.filter(({ url }) => url.endsWith('/infer'));

describe('what is sent', () => {
  test('are the inputs that the model declares, with their names and datatypes', async (t) => {
    const { server, endpoint } = await open(t);
    const generation = { max_tokens: 9, temperature: 0.5, top_p: 1, seed: 3, stop: ['a', 'b'], extra: { top_k: 2 } };
    assert.equal((await endpoint.chat(ask('hi', generation))).choices[0]?.text, 'hi');
    const [sent] = inferences(server.received);
    assert.ok(sent !== undefined);
    assert.deepEqual(inputsOf(sent), {
      prompts: ['BYTES', [1, 1], ['hi']],
      max_output_len: ['INT64', [1, 1], [9]],
      temperature: ['FP32', [1, 1], [0.5]],
      top_p: ['FP32', [1, 1], [1]],
      random_seed: ['INT64', [1, 1], [3]],
      top_k: ['INT64', [1, 1], [2]],
      stop_words_list: ['BYTES', [1, 2], ['a', 'b']],
    });
    assert.deepEqual(endpoint.body(ask('hi', generation)), {
      ...{ model: 'm', prompt: 'hi', max_tokens: 9, temperature: 0.5, top_p: 1, seed: 3, top_k: 2, stop: ['a', 'b'] },
    });
    assert.equal(endpoint.identity, `nemo-deploy ${server.origin}`);
  });

  test('to the in-framework flavour goes under its names; what it lacks is left out with a warning', async (t) => {
    const { server, endpoint, warnings } = await open(t, {
      metadata: FRAMEWORK,
      infer: (request, response) => {
        const data = (inputsOf(request)['prompts'] as [string, number[], string[]])[2];
        answerJson(response, 200, { outputs: [{ name: 'sentences', datatype: 'BYTES', shape: [1, 1], data: [data] }] });
      },
    });
    await endpoint.chat(ask('hi', { max_tokens: 9, seed: 1, stop: 'x' }));
    await endpoint.chat(ask('ho', { max_tokens: 9, seed: 1, stop: 'x' }));
    const [sent] = inferences(server.received);
    assert.ok(sent !== undefined);
    assert.deepEqual(inputsOf(sent), {
      prompts: ['BYTES', [1, 1], ['hi']],
      max_length: ['INT64', [1, 1], [9]],
      compute_logprob: ['BOOL', [1, 1], [false]],
      apply_chat_template: ['BOOL', [1, 1], [false]],
    });
    assert.deepEqual(warnings, [
      'Endpoint mine: the model m has no input for `stop`; it is left out.',
      'Endpoint mine: the model m has no input for `seed`; it is left out.',
    ]);
  });

  test('an input that the model insists on is given although nothing was set', async (t) => {
    const config = { max_batch_size: 4, input: [{ name: 'max_output_len', optional: false }] };
    const { server, endpoint } = await open(t, { config });
    await endpoint.chat(ask('hi'));
    const [sent] = inferences(server.received);
    assert.ok(sent !== undefined);
    assert.deepEqual(Object.keys(inputsOf(sent)), ['prompts', 'max_output_len']);
  });

  test('the model is asked about itself once, and its metadata do where there is no config', async (t) => {
    const { server, endpoint } = await open(t, { config: null });
    await Promise.all([endpoint.chat(ask('a')), endpoint.chat(ask('b'))]);
    await endpoint.chat(ask('c'));
    const asked = server.received.map(({ url }) => url);
    assert.equal(asked.filter((url) => url === '/v2/models/m').length, 1);
    assert.equal(inferences(server.received).length, 3, 'nothing says that it takes several at once');
  });

  test('n and stream are left out with one warning', async (t) => {
    const { endpoint, warnings } = await open(t);
    for (let request = 0; request < 2; request += 1) {
      const answer = await endpoint.chat(ask('hi', { n: 3, stream: true }));
      assert.equal(answer.choices.length, 1);
    }
    assert.equal(warnings.length, 2);
    assert.match(warnings.join(' '), /one answer a prompt.*does not stream/u);
  });
});

describe('answers', () => {
  test('come without the stop word that ends them and without space around', async (t) => {
    const { endpoint } = await open(t);
    const answer = await endpoint.chat(ask('  the answer <END>\n', { stop: ['<END>', '</s>'] }));
    assert.deepEqual(answer.choices, [{ text: 'the answer', finishReason: null }]);
  });

  test('travel in the binary extension where the profile asks for it', async (t) => {
    const { server, endpoint } = await open(
      t,
      {
        infer: (_request, response) => {
          const text = Buffer.from('grüße 🌍');
          const length = Buffer.alloc(4);
          length.writeUInt32LE(text.length);
          const parameters = { binary_data_size: text.length + 4 };
          const head = JSON.stringify({ outputs: [{ name: 'outputs', datatype: 'BYTES', shape: [1, 1], parameters }] });
          response.writeHead(200, { 'Inference-Header-Content-Length': Buffer.byteLength(head) });
          response.end(Buffer.concat([Buffer.from(head), length, text]));
        },
      },
      { profile: { tensors: 'binary' } },
    );
    assert.equal((await endpoint.chat(ask('hi', { max_tokens: 5 }))).choices[0]?.text, 'grüße 🌍');
    const [sent] = inferences(server.received);
    const length = Number(sent?.headers['inference-header-content-length']);
    const head = parseJson(sent?.body.slice(0, length) ?? '');
    assert.ok(isJsonObject(head));
    assert.match(
      JSON.stringify(head['inputs']),
      /"prompts".*"binary_data_size":6.*"max_output_len".*"binary_data_size":8/u,
    );
    assert.equal(sent?.body.slice(length), '\u0002\0\0\0hi\u0005\0\0\0\0\0\0\0');
  });

  for (const [name, body, told] of [
    ['without outputs', { model_name: 'm' }, /has no `outputs`/u],
    ['with another output', { outputs: [{ name: 'other', datatype: 'BYTES', data: [] }] }, /has no output `outputs`/u],
    ['of numbers', { outputs: [{ name: 'outputs', datatype: 'FP32', data: [1] }] }, /that is no text/u],
    ['of too few', { outputs: [{ name: 'outputs', datatype: 'BYTES', shape: [0, 1], data: [] }] }, /0 texts for 1/u],
  ] as const) {
    test(`${name} are unreadable`, async (t) => {
      const infer = (_request: ReceivedRequest, response: ServerResponse): void => {
        answerJson(response, 200, body);
      };
      const { endpoint } = await open(t, { infer });
      const error = await errorOf(endpoint.chat(ask('hi')));
      assert.equal(error.failure, 'unreadable');
      assert.match(error.message, told);
    });
  }
});

describe('batches', () => {
  test('hold the prompts that wait at the same moment, up to what the model takes, each with its own answer', async (t) => {
    const { server, endpoint } = await open(t);
    await endpoint.chat(ask('first'));
    const prompts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const answers = await Promise.all(prompts.map((prompt) => endpoint.chat(ask(prompt, { max_tokens: 3 }))));
    assert.deepEqual(
      answers.map(({ choices }) => choices[0]?.text),
      prompts,
    );
    const sizes = inferences(server.received).map((sent) => (inputsOf(sent)['prompts'] as [string, number[]])[1][0]);
    assert.deepEqual(sizes, [1, 4, 2]);
  });

  test('never mix parameters', async (t) => {
    const { server, endpoint } = await open(t);
    await endpoint.chat(ask('first'));
    await Promise.all([endpoint.chat(ask('a', { max_tokens: 3 })), endpoint.chat(ask('b', { max_tokens: 4 }))]);
    assert.equal(inferences(server.received).length, 3);
  });

  test('that fail tell every request, and one that the service turns down is asked one by one', async (t) => {
    const infer = (request: ReceivedRequest, response: ServerResponse): void => {
      if (request.body.includes('broken')) answerJson(response, 500, { error: 'out of memory' });
      else if (request.body.includes('too long')) answerJson(response, 400, { error: 'prompt is too long' });
      else echo(request, response);
    };
    const { endpoint } = await open(t, { infer });
    await endpoint.chat(ask('first'));
    for (const outcome of [endpoint.chat(ask('broken')), endpoint.chat(ask('well'))].map(errorOf)) {
      assert.match((await outcome).message, /out of memory/u);
    }
    const [long, well] = [endpoint.chat(ask('too long')), endpoint.chat(ask('well'))];
    assert.equal((await errorOf(long)).failure, 'rejected');
    assert.equal((await well).choices[0]?.text, 'well');
  });

  test('go on without a request that was given up, and end when all were', async (t) => {
    const hanging = Promise.withResolvers<ServerResponse>();
    const infer = (request: ReceivedRequest, response: ServerResponse): void => {
      if (request.body.includes('slow')) hanging.resolve(response);
      else echo(request, response);
    };
    const { server, endpoint } = await open(t, { infer });
    await endpoint.chat(ask('first'));
    const [one, two] = [new AbortController(), new AbortController()];
    const first = endpoint.chat(ask('slow'), { signal: one.signal });
    const second = endpoint.chat(ask('slow too'), { signal: two.signal });
    await hanging.promise;
    one.abort(new Error('enough'));
    await assert.rejects(first, /enough/u);
    two.abort(new Error('enough, too'));
    await assert.rejects(second, /enough, too/u);
    await server.closedConnections(1);
  });
});

describe('what is wrong is told', () => {
  test('an unknown model', async (t) => {
    const { endpoint } = await open(t);
    const error = await errorOf(endpoint.chat({ ...ask('hi'), model: 'other' }));
    assert.equal(error.failure, 'unknown-model');
  });

  test('a model that takes no prompts', async (t) => {
    const { endpoint } = await open(t, { metadata: { inputs: [tensor('images', 'FP32')], outputs: [] } });
    const error = await errorOf(endpoint.chat(ask('hi')));
    assert.match(error.message, /declares no input for prompts.*it has images FP32/u);
    assert.equal(error.stopsEndpoint, true);
  });

  test('a service of another kind, and none at all of one that keeps its list of models to itself', async (t) => {
    const other = await openService(
      t,
      (_request, response) => {
        answerJson(response, 404, { detail: 'Not Found' });
      },
      { path: '', profile: { kind: 'nemo-deploy' }, create: createNemoDeployEndpoint },
    );
    assert.equal((await errorOf(other.endpoint.models())).failure, 'not-found');
    const { endpoint } = await open(t);
    assert.deepEqual(await endpoint.models(), []);
  });

  test('a profile without a formatter', async (t) => {
    const { endpoint } = await open(t, {}, { profile: { formatter: undefined } });
    const error = await errorOf(endpoint.chat(ask('hi')));
    assert.match(error.message, /needs a `formatter`/u);
    assert.equal(error.stopsEndpoint, true);
  });

  test('embeddings', async (t) => {
    const { endpoint } = await open(t);
    assert.match((await errorOf(endpoint.embed('m', ['a']))).message, /no embeddings/u);
  });

  test('a service that is there but not ready, by Test Connection', async (t) => {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        response.writeHead(400).end();
      },
      { path: '', profile: { kind: 'nemo-deploy', formatter: 'none' }, create: createNemoDeployEndpoint },
    );
    const result = await testConnection(endpoint, endpointProfileSchema.parse({ model: 'm' }));
    assert.equal(result.ok, false);
    assert.match(result.message, /there but not ready/u);
  });
});
