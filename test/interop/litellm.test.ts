/** Our endpoints and the built command against a LiteLLM proxy. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { testConnection } from '../../src/core/endpoints/testConnection.ts';
import { EndpointError } from '../../src/core/errors.ts';
import { isJsonObject, parseJson } from '../../src/core/record/json.ts';
import { makeWorkspace, type Workspace } from '../faults/workspace.ts';
import { openEndpoint, question } from './support/openEndpoint.ts';
import { startLiteLlm, type KeyedService } from './support/services.ts';

let service: KeyedService;
before(async () => {
  service = await startLiteLlm();
});
after(() => service.stop());

const base = (): string => `${service.origin}/v1`;

async function failureOf(outcome: Promise<unknown>): Promise<EndpointError> {
  const error = await outcome.then(
    () => assert.fail('it should have failed'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof EndpointError, String(error));
  return error;
}

describe('through our endpoints', () => {
  test('chat completions, several choices and the tokens counted', async (t) => {
    const { endpoint } = openEndpoint(t, { base_url: base() }, service.key);
    const answer = await endpoint.chat(question('mock-chat', 'Hello', { n: 2, max_tokens: 20 }));
    assert.deepEqual(
      answer.choices.map(({ text, finishReason }) => [text, finishReason]),
      Array.from({ length: 2 }, () => ['An answer of the mock.', 'stop']),
    );
    assert.ok(answer.usage !== null && answer.usage.prompt > 0 && answer.usage.completion > 0);
    assert.ok((await endpoint.models()).includes('mock-chat'));
  });

  for (const [kind, model, text] of [
    ['openai', 'mock-chat', 'An answer of the mock.'],
    ['openai-completions', 'mock-text', 'A completion of the mock.'],
  ] as const) {
    test(`${kind} whole, and piece by piece`, async (t) => {
      const formatter = kind === 'openai' ? {} : { formatter: 'mixtral-8x7b' };
      const { endpoint } = openEndpoint(t, { kind, base_url: base(), ...formatter }, service.key);
      assert.equal((await endpoint.chat(question(model, 'Hello'))).choices[0]?.text, text);
      const pieces: string[] = [];
      const streamed = question(model, 'Hello', { stream: true });
      const answer = await endpoint.chat(streamed, { onChunk: (piece) => pieces.push(piece) });
      assert.equal(answer.choices[0]?.text, text);
      assert.ok(pieces.length > 1, 'it came in one piece');
      assert.equal(pieces.join(''), text);
    });
  }

  test('thoughts are taken out as the preset says', async (t) => {
    const { endpoint } = openEndpoint(t, { base_url: base(), preset: 'litellm' }, service.key);
    const [choice] = (await endpoint.chat(question('mock-think', 'Hello'))).choices;
    assert.deepEqual([choice?.text, choice?.reasoning], ['Canals are dug.', 'Let me see.']);
  });

  test('embeddings with their tokens; one vector for two texts is told', async (t) => {
    const { endpoint } = openEndpoint(t, { base_url: base() }, service.key);
    const vectors = await endpoint.embed('mock-embedding', ['one text']);
    assert.deepEqual([...vectors], [[0.25, 0.5, 0.75]]);
    assert.ok((vectors.usage?.prompt ?? 0) > 0);
    const error = await failureOf(endpoint.embed('mock-embedding', ['one', 'two']));
    assert.match(error.message, /service.*1 embeddings for 2 texts/u);
  });

  test('a wrong key is refused, and never shown', async (t) => {
    const wrong = 'sk-wrong-0123456789abcdef';
    const { endpoint } = openEndpoint(t, { base_url: base() }, wrong);
    const error = await failureOf(endpoint.chat(question('mock-chat', 'Hello')));
    assert.equal(error.failure, 'key-refused');
    assert.doesNotMatch(error.message, /sk-wrong/u);
  });

  for (const [model, failure] of [
    ['mock-busy', 'rate-limited'],
    ['mock-broken', 'server'],
    ['no-such-model', 'unknown-model'],
  ] as const) {
    test(`${model} fails as ${failure}`, async (t) => {
      const { endpoint } = openEndpoint(t, { base_url: base() }, service.key);
      assert.equal((await failureOf(endpoint.chat(question(model, 'Hello')))).failure, failure);
    });
  }

  test('Test Connection says how long the model took, and what is offered instead of an unknown one', async (t) => {
    const fine = openEndpoint(t, { base_url: base(), model: 'mock-chat' }, service.key);
    const tested = await testConnection(fine.endpoint, fine.named.profile);
    assert.match(tested.message, /^mock-chat answered in \d+(?:\.\d s| ms)\.$/u);
    const odd = openEndpoint(t, { base_url: base(), model: 'mock-chatt' }, service.key);
    assert.match((await testConnection(odd.endpoint, odd.named.profile)).message, /It offers mock-chat/u);
  });
});

const PROMPTS = ['Who?', 'What?', 'Where?', 'When?', 'Why?'];
const pipeline = (endpoint: string, model: string): string =>
  `openline: 1\nendpoint: ${endpoint}\nmodel: ${model}\nrecipe: answers\nwith: { prompts: ${JSON.stringify(PROMPTS)} }\noutput: data/out.jsonl\n`;

function recordsOf(workspace: Workspace): readonly unknown[][] {
  const lines = workspace.read('data/out.jsonl').trimEnd().split('\n');
  return lines.map((line) => {
    const record = parseJson(line);
    return isJsonObject(record) ? [record['prompt'], record['response']] : [];
  });
}

/** Everything that a run has left, as one text. */
function everythingIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
}

describe('through the command', () => {
  const given = ['--api-key-env', 'INTEROP_KEY'];

  test('a run makes its records, counts tokens and cost, keeps the key to itself, and costs nothing again', async (t) => {
    const profile = { auth: 'bearer', prices: { prompt: 1, completion: 2 } };
    const options = { profile, pipeline: pipeline('service', 'mock-chat'), env: { INTEROP_KEY: service.key } };
    const workspace = makeWorkspace(base(), options);
    t.after(() => {
      workspace.remove();
    });
    const first = await workspace.run('run', 'p.openline.yaml', ...given);
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual(
      recordsOf(workspace),
      PROMPTS.map((prompt) => [prompt, 'An answer of the mock.']),
    );
    assert.equal(first.json?.['requests'], PROMPTS.length);
    assert.ok(Number(first.json['cost']) > 0);
    const again = await workspace.run('run', 'p.openline.yaml', ...given);
    assert.deepEqual([again.json?.['requests'], again.json?.['reused']], [0, PROMPTS.length], again.stderr);
    assert.ok(!(everythingIn(workspace.folder) + first.stderr + first.stdout).includes(service.key));
  });

  test('raw text completions make records, too; a recipe reads the list that the model wrote', async (t) => {
    const env = { INTEROP_KEY: service.key };
    const profile = { kind: 'openai-completions', formatter: 'nemotron', auth: 'bearer' };
    const raw = makeWorkspace(base(), { profile, pipeline: pipeline('service', 'mock-text'), env });
    t.after(() => {
      raw.remove();
    });
    const run = await raw.run('run', 'p.openline.yaml', ...given);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(recordsOf(raw)[4]?.[1], 'A completion of the mock.');
    assert.match(JSON.stringify(raw.journal(raw.runs()[0] ?? '')), /"prompt":"<extra_id_0>System/u);

    const recipe = `openline: 1\nendpoint: service\nmodel: mock-list\nrecipe: closed-qa\nwith: { documents: [On canals.], n_openlines: 3 }\noutput: data/out.jsonl\n`;
    const listed = makeWorkspace(base(), { profile: { auth: 'bearer' }, pipeline: recipe, env });
    t.after(() => {
      listed.remove();
    });
    const read = await listed.run('run', 'p.openline.yaml', ...given);
    assert.equal(read.status, 0, read.stderr);
    assert.deepEqual(
      recordsOf(listed).map(([prompt]) => prompt),
      ['How do locks work?', 'Why do canals need water?', 'Who keeps the towpath?'],
    );
  });

  test('a pool goes on with the replica that answers', async (t) => {
    const env = { INTEROP_KEY: service.key };
    const workspace = makeWorkspace(base(), { pipeline: pipeline('pool', 'mock-chat'), env });
    t.after(() => {
      workspace.remove();
    });
    const replica = { model: 'mock-chat', api_key_env: 'INTEROP_KEY' };
    const endpoints = {
      pool: { kind: 'pool', replicas: ['gone', 'here'] },
      // Port 9 is nobody's (RFC 863 in its time).
      gone: { ...replica, base_url: 'http://127.0.0.1:9/v1', auth: 'none' },
      here: { ...replica, base_url: base() },
    };
    writeFileSync(join(workspace.folder, '.openline/endpoints.yaml'), JSON.stringify({ endpoints }));
    const run = await workspace.run('run', 'p.openline.yaml', ...given);
    assert.equal(run.status, 0, run.stderr);
    assert.equal(recordsOf(workspace).length, PROMPTS.length);

    const tested = await workspace.run('endpoints', 'test', 'pool', ...given);
    assert.equal(tested.status, 1);
    assert.match(
      JSON.stringify(tested.json),
      /1 of its 2 replicas cannot be used\. Endpoint gone: nothing is listening/u,
    );
  });

  test('a refused key ends the run with status 1 and says so', async (t) => {
    const env = { INTEROP_KEY: 'sk-wrong-0123456789abcdef' };
    const workspace = makeWorkspace(base(), {
      profile: { auth: 'bearer' },
      pipeline: pipeline('service', 'mock-chat'),
      env,
    });
    t.after(() => {
      workspace.remove();
    });
    const run = await workspace.run('run', 'p.openline.yaml', ...given);
    assert.equal(run.status, 1);
    assert.match(JSON.stringify(run.json), /the service refused the key/u);
  });
});
