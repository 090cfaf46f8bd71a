import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerChat, answerJson } from './http/testServer.ts';
import { onlyOf, openService, question } from './openai/testService.ts';
import { ENDPOINT_PRESETS, presetFields, presetOf } from './presets.ts';
import { endpointProfileSchema } from './profile.ts';
import { profileProblems } from './profileProblems.ts';
import { fitBody, waysOf } from './serviceWays.ts';

const preset = (id: string) => ENDPOINT_PRESETS.find((one) => one.id === id) ?? assert.fail(id);
const ofHost = (base_url: string) => presetOf({ base_url, preset: undefined })?.id;

describe('the preset of a profile', () => {
  test('is the one that it names, else the one of its host', () => {
    assert.equal(presetOf({ preset: 'groq', base_url: 'http://localhost:8000/v1' })?.id, 'groq');
    assert.equal(ofHost('https://api.groq.com/openai/v1'), 'groq');
    assert.equal(ofHost('https://my-team.openai.azure.com/openai/v1'), 'azure-openai');
  });

  test('is none for a host that only looks alike, nor for a port of this machine', () => {
    for (const url of [
      'https://api.groq.com.attacker.test/v1',
      'http://api.groq.com/v1',
      'https://evil.test/my.openai.azure.com',
      'http://localhost:8000/v1',
    ]) {
      assert.equal(ofHost(url), undefined, url);
    }
  });

  for (const one of ENDPOINT_PRESETS) {
    test(`of ${one.title} makes a profile without problems`, () => {
      const base_url = one.baseUrl.replace('RESOURCE', 'mine');
      const profile = endpointProfileSchema.parse({ base_url, ...presetFields(one, base_url) });
      assert.deepEqual(profileProblems('mine', profile), []);
      assert.equal(waysOf(profile).maxTokensField, one.maxTokensField);
    });
  }

  test('is written down where the host does not tell it', () => {
    assert.deepEqual(presetFields(preset('groq'), 'https://gateway.test/groq'), { preset: 'groq' });
    assert.deepEqual(presetFields(preset('groq'), preset('groq').baseUrl), {});
  });
});

describe('what a service refuses', () => {
  test('is left out, and what it calls otherwise is renamed, with one warning each', async (t) => {
    const profile = { preset: 'mistral' };
    const { server, endpoint, warnings } = await openService(
      t,
      (_request, response) => {
        answerChat(response, 'hello');
      },
      { profile },
    );
    const request = question({ seed: 5, max_tokens: 3 });
    await endpoint.chat(request);
    await endpoint.chat(request);
    const sent = server.received.map(({ body }) => body);
    assert.deepEqual(JSON.parse(sent[0] ?? ''), {
      ...{ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 3, random_seed: 5 },
    });
    assert.equal(sent[0], JSON.stringify(endpoint.body(request)), 'what is hashed is what is sent');
    assert.deepEqual(warnings, ['Endpoint mine: Mistral takes `seed` as `random_seed`; it is sent under that name.']);
  });

  test('is not worth a word where leaving it out changes nothing', () => {
    const ways = waysOf(endpointProfileSchema.parse({ preset: 'groq' }));
    assert.deepEqual(fitBody({ model: 'm', n: 1 }, 'm', ways), { body: { model: 'm' }, changes: [] });
    const several = fitBody({ model: 'm', n: 3 }, 'm', ways);
    assert.deepEqual([several.body, several.changes.length], [{ model: 'm' }, 1]);
    assert.match(several.changes.join(' '), /Groq does not take `n`/u);
  });

  test('may depend on the model', () => {
    const ways = waysOf(endpointProfileSchema.parse({ base_url: 'https://api.openai.com/v1' }));
    assert.deepEqual(fitBody({ temperature: 0.2 }, 'o3-mini', ways).body, {});
    assert.deepEqual(fitBody({ temperature: 0.2 }, 'gpt-4.1', ways).body, { temperature: 0.2 });
    assert.equal(ways.maxTokensField, 'max_completion_tokens');
  });

  test('the profile’s own word wins', () => {
    const profile = { base_url: 'https://api.openai.com/v1', max_tokens_field: 'max_tokens', reasoning: 'think-tags' };
    const { maxTokensField, reasoning } = waysOf(endpointProfileSchema.parse(profile));
    assert.deepEqual([maxTokensField, reasoning], ['max_tokens', 'think-tags']);
  });
});

describe('thoughts are taken out of answers', () => {
  async function choiceOf(t: Parameters<typeof openService>[0], profile: object, message: object) {
    const { endpoint } = await openService(
      t,
      (_request, response) => {
        answerJson(response, 200, { choices: [{ message, finish_reason: 'stop' }] });
      },
      { profile },
    );
    const [choice] = (await endpoint.chat(question())).choices;
    return [choice?.text, choice?.reasoning];
  }

  test('from tags of the profile’s own', async (t) => {
    const reasoning = { open: '<reflect>', close: '</reflect>' };
    const content = '<reflect>Hm.</reflect>\nThe <think>answer</think>.';
    assert.deepEqual(await choiceOf(t, { reasoning }, { content }), ['The <think>answer</think>.', 'Hm.']);
  });

  test('from <think> where the preset says so', async (t) => {
    assert.deepEqual(await choiceOf(t, { preset: 'vllm' }, { content: '<think>Hm.</think>Yes.' }), ['Yes.', 'Hm.']);
  });

  test('from parts, whole and in a stream', async (t) => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
      { type: 'text', text: 'Yes.' },
    ];
    assert.deepEqual(await choiceOf(t, { preset: 'mistral' }, { content }), ['Yes.', 'Hm.']);
    const { endpoint } = await openService(t, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const part of content) {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: [part] } }] })}\n\n`);
      }
      response.end(`data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`);
    });
    const [choice] = (await endpoint.chat(question({ stream: true }))).choices;
    assert.deepEqual([choice?.text, choice?.reasoning], ['Yes.', 'Hm.']);
  });
});

test('embeddings come with the tokens that they took', async (t) => {
  const { server, endpoint } = await openService(t, (_request, response) => {
    answerJson(response, 200, { data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 7, total_tokens: 7 } });
  });
  const vectors = await endpoint.embed('e', ['a']);
  assert.deepEqual([...vectors], [[1, 2]]);
  assert.deepEqual(vectors.usage, { prompt: 7, completion: 0 });
  assert.equal(onlyOf(server).url, '/v1/embeddings');
});
