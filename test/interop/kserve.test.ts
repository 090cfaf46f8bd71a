/** Our kind nemo-deploy and the built command against Triton, under PyTriton as NeMo Deploy has it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { testConnection } from '../../src/core/endpoints/testConnection.ts';
import { EndpointError } from '../../src/core/errors.ts';
import { isJsonObject, parseJson } from '../../src/core/record/json.ts';
import { makeWorkspace } from '../faults/workspace.ts';
import { openEndpoint, question } from './support/openEndpoint.ts';
import { kserveObstacle, startKserve, type Service } from './support/services.ts';

const skip = kserveObstacle();
let service: Service;
before(async () => {
  if (skip === false) service = await startKserve();
});
after(async () => {
  if (skip === false) await service.stop();
});

const profile = (more: object = {}) => ({
  ...{ kind: 'nemo-deploy', base_url: service.origin, formatter: 'nemotron', auth: 'none' },
  ...more,
});
const generation = { max_tokens: 12, temperature: 0.5, top_p: 0.75, extra: { top_k: 4 } };

async function failureOf(outcome: Promise<unknown>): Promise<EndpointError> {
  const error = await outcome.then(
    () => assert.fail('it should have failed'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof EndpointError, String(error));
  return error;
}

describe('through our endpoint', { skip }, () => {
  for (const tensors of ['json', 'binary', 'auto']) {
    test(`the flavour of TensorRT-LLM, tensors as ${tensors}`, async (t) => {
      const { endpoint, warnings } = openEndpoint(t, profile({ tensors }));
      const asked = question('trtllm', 'grüße 🌍', { ...generation, seed: 7, stop: ['<END>', '</s>'] });
      const [choice] = (await endpoint.chat(asked)).choices;
      assert.equal(
        choice?.text,
        'echo<<extra_id_0>System\n\n<extra_id_1>User\ngrüße 🌍\n<extra_id_1>Assistant\n> max_output_len=12 top_k=4 top_p=0.75 temperature=0.5 random_seed=7 stop_words_list=<END>|</s> batch=1',
      );
      assert.deepEqual(warnings, []);
    });
  }

  test('the in-framework flavour, with its own names', async (t) => {
    const { endpoint, warnings } = openEndpoint(t, profile({ formatter: 'none' }));
    const [choice] = (await endpoint.chat(question('framework', 'Hello', { ...generation, seed: 7 }))).choices;
    assert.equal(
      choice?.text,
      'echo<Hello> max_length=12 top_k=4 top_p=0.75 temperature=0.5 compute_logprob=False apply_chat_template=False batch=1',
    );
    assert.deepEqual(warnings, ['Endpoint service: the model framework has no input for `seed`; it is left out.']);
  });

  test('prompts that wait together go in batches as large as the model takes, each with its own answer', async (t) => {
    const { endpoint } = openEndpoint(t, profile({ formatter: 'none' }));
    await endpoint.chat(question('trtllm', 'first'));
    const prompts = Array.from({ length: 12 }, (_, index) => `prompt ${index}`);
    const answers = await Promise.all(prompts.map((prompt) => endpoint.chat(question('trtllm', prompt))));
    for (const [index, { choices }] of answers.entries()) {
      const text = choices[0]?.text ?? '';
      assert.ok(text.startsWith(`echo<prompt ${index}>`), text);
      assert.match(text, index < 8 ? /batch=8$/u : /batch=4$/u);
    }
  });

  test('failures are told: an unknown model, a prompt that the model does not take', async (t) => {
    const { endpoint } = openEndpoint(t, profile({ formatter: 'none' }));
    assert.equal((await failureOf(endpoint.chat(question('nobody', 'Hello')))).failure, 'unknown-model');
    const [bad, good] = [endpoint.chat(question('picky', 'forbidden')), endpoint.chat(question('picky', 'allowed'))];
    assert.match((await failureOf(bad)).message, /service.*the service failed/u);
    assert.match((await good).choices[0]?.text ?? '', /^echo<allowed>/u);
  });

  test('Test Connection', async (t) => {
    const { endpoint, named } = openEndpoint(t, profile({ model: 'trtllm' }));
    assert.match((await testConnection(endpoint, named.profile)).message, /^trtllm answered in \d+(?:\.\d s| ms)\.$/u);
  });
});

describe('through the command', { skip }, () => {
  test('a run makes its records in order, some of them in batches, and costs nothing again', async (t) => {
    const prompts = Array.from({ length: 20 }, (_, index) => `Question ${index}?`);
    const pipeline = `openline: 1\nendpoint: service\nmodel: trtllm\nrecipe: answers\nwith: { prompts: ${JSON.stringify(prompts)} }\ngeneration: { max_tokens: 9, stop: [<END>] }\noutput: data/out.jsonl\n`;
    const workspace = makeWorkspace(service.origin, { pipeline, profile: profile() });
    t.after(() => {
      workspace.remove();
    });
    const run = await workspace.run('run', 'p.openline.yaml');
    assert.equal(run.status, 0, run.stderr);
    const records = workspace
      .read('data/out.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => parseJson(line));
    const responses = records.map((record) =>
      isJsonObject(record) && typeof record['response'] === 'string' ? record['response'] : '',
    );
    assert.equal(responses.length, prompts.length);
    for (const [index, response] of responses.entries())
      assert.ok(response.includes(`User\nQuestion ${index}?\n`), response);
    assert.ok(
      responses.some((response) => /batch=[2-8]$/u.test(response)),
      'nothing went in a batch',
    );
    const again = await workspace.run('run', 'p.openline.yaml');
    assert.deepEqual([again.json?.['requests'], again.json?.['reused']], [0, prompts.length], again.stderr);
    const tested = await workspace.run('endpoints', 'test', 'service', '--model', 'trtllm');
    assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  });

  test('a profile without a formatter is told before anything is asked', async (t) => {
    const { formatter: _, ...without } = profile();
    const workspace = makeWorkspace(service.origin, { profile: without });
    t.after(() => {
      workspace.remove();
    });
    const run = await workspace.run('run', 'p.openline.yaml');
    assert.equal(run.status, 2);
    assert.match(run.stderr + run.stdout, /the endpoint service needs a `formatter`/u);
  });
});
