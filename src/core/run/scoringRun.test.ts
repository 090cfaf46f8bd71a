/**
 * Whole runs of the steps that score and measure, against a service that keeps what it is sent. Longer than other files: the
 * steps share that service.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import {
  embeddings,
  startModelServer,
  type ModelServer,
  type Received,
  type Script,
} from '../../../test/support/modelServer.ts';
import { runPipeline, type RunPipelineOptions } from '../index.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const folders: string[] = [];
const servers: ModelServer[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-scoring-'));
  folders.push(root);
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  for (const server of servers) await server.close();
});

async function serve(script: Script): Promise<ModelServer> {
  const server = await startModelServer(script);
  servers.push(server);
  return server;
}

/** Runs a pipeline given as JSON, which is YAML, on a service under the name `service`. */
async function run(
  pipeline: JsonObject,
  { url }: ModelServer,
  profile: JsonObject = {},
  options: RunPipelineOptions = {},
): Promise<RunSummary> {
  const file = join(root, 'demo.openline.yaml');
  writeFileSync(file, JSON.stringify({ openline: 1, endpoint: 'service', ...pipeline }));
  const endpoints = { service: { base_url: url, model: 'writer', retries: 1, ...profile } };
  return runPipeline(file, { ...options, endpoints });
}

const records = (path = 'data/demo.jsonl'): readonly JsonObject[] => readLines(join(root, path));
const rejects = ({ run: id }: RunSummary): readonly JsonObject[] =>
  readLines(join(root, '.openline/runs', id ?? '', 'rejects.jsonl'));

function readLines(path: string): readonly JsonObject[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value = parseJson(line);
      assert.ok(isJsonObject(value), line);
      return value;
    });
}

const lastText = ({ body }: Received): string => {
  const content = (body['messages'] as readonly JsonObject[]).at(-1)?.['content'];
  return typeof content === 'string' ? content : '';
};
const turn = (role: string, content: string): Json => ({ role, content });
const choices = (...texts: readonly string[]): string =>
  JSON.stringify({
    model: 'm',
    choices: texts.map((content, index) => ({ index, message: { content }, finish_reason: 'stop' })),
  });
const logprobs = (scores: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    model: 'm',
    choices: [
      {
        index: 0,
        message: { content: null },
        finish_reason: 'length',
        logprobs: { content: Object.entries(scores).map(([token, logprob]) => ({ token, logprob })) },
      },
    ],
  });
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const values = (...list: readonly string[]): JsonObject => ({ id: 'texts', read: { values: list, into: 'text' } });

describe('preference pairs', () => {
  test('n answers, each scored; the best and the worst of each prompt become a pair', async () => {
    const server = await serve((request) => {
      if (request.body['model'] !== 'judge-reward') {
        const prompt = lastText(request);
        return { raw: choices(`${prompt} short`, `${prompt} middling`, `${prompt} very long`) };
      }
      return { raw: logprobs({ helpfulness: lastText(request).length / 10, verbosity: 1 }) };
    });
    const summary = await run(
      {
        recipe: 'preference',
        with: { prompts: ['Why?', 'How?'], n: 3, reward_model: 'judge-reward', system: 'Be brief.' },
        generation: { temperature: 1, seed: 7 },
        outputs: [{ path: 'data/demo.jsonl' }, { path: 'data/dpo.jsonl', format: 'dpo' }],
      },
      server,
    );
    assert.deepEqual([summary.state, summary.requests, summary.discarded], ['done', 8, 2]);
    const pair = (prompt: string) => ({ prompt, chosen: `${prompt} very long`, rejected: `${prompt} short` });
    const scores = { chosen: 1.4, rejected: 1 };
    assert.deepEqual(records(), [
      { id: '0', ...pair('Why?'), scores },
      { id: '1', ...pair('How?'), scores },
    ]);
    assert.deepEqual(records('data/dpo.jsonl'), [pair('Why?'), pair('How?')]);
    const writing = server.received.filter(({ body }) => body['model'] === 'writer');
    assert.deepEqual(
      writing.map(({ body }) => body).find((body) => JSON.stringify(body).includes('Why?')),
      {
        model: 'writer',
        messages: [turn('system', 'Be brief.'), turn('user', 'Why?')],
        temperature: 1,
        seed: 7,
        n: 3,
      },
    );
    // A reward model is sent the conversation alone: neither the system message nor the parameters of the writer.
    const scoring = server.received.filter(({ body }) => body['model'] === 'judge-reward').map(({ body }) => body);
    assert.equal(scoring.length, 6);
    assert.ok(
      scoring.some(
        (body) =>
          JSON.stringify(body) ===
          JSON.stringify({ model: 'judge-reward', messages: [turn('user', 'Why?'), turn('assistant', 'Why? short')] }),
      ),
    );
    assert.deepEqual(
      rejects(summary).map(({ id, step, reason }) => [id, step, reason]),
      [
        ['0.1', 'pairs', 'not-paired'],
        ['1.1', 'pairs', 'not-paired'],
      ],
    );
    const again = await run(
      {
        recipe: 'preference',
        with: { prompts: ['Why?', 'How?'], n: 3, reward_model: 'judge-reward', system: 'Be brief.', margin: 0.5 },
        generation: { temperature: 1, seed: 7 },
      },
      server,
    );
    assert.deepEqual([again.requests, again.records, rejects(again)[0]?.['reason']], [0, 0, 'margin']);
  });
});

describe('reward', () => {
  const scored = (reward: JsonObject): JsonObject => ({
    steps: [values('Why?'), { id: 'answer', generate: { prompt: { text: '{text}' } } }, { id: 'scored', reward }],
  });
  const pair = { prompt: 'text', response: 'answer', model: 'r' };

  test('reads scores from the text, and from log probabilities', async () => {
    const reply = { raw: choices('helpfulness:1.5,correctness:-2') };
    const text = await serve(({ body }) => (body['model'] === 'r' ? reply : { text: 'Because.' }));
    await run(scored({ ...pair, into: 'scores' }), text);
    assert.deepEqual(records(), [
      { id: '0', text: 'Why?', answer: 'Because.', scores: { helpfulness: 1.5, correctness: -2 } },
    ]);
  });

  test('an answer without scores is turned down, and says that this is probably no reward model', async () => {
    const server = await serve(() => ({ text: 'I think it is good.' }));
    const summary = await run(scored(pair), server);
    assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 0, 1]);
    const [reject] = rejects(summary);
    assert.equal(reject?.['reason'], 'no-scores');
    assert.equal(
      reject['message'],
      'the answer of the model r at the endpoint service has no scores: it is probably not a reward model',
    );
    assert.equal((await run(scored({ ...pair, on_unreadable: 'fail' }), server)).state, 'failed');
  });

  test('what is no conversation that ends with an answer is turned down unasked', async () => {
    const server = await serve(() => ({ text: 'helpfulness:1' }));
    const conversations = [
      [turn('user', 'Why?'), turn('assistant', 'So.')],
      [turn('user', 'Why?')],
      [],
      'Why?',
      [{ role: 'user' }],
    ];
    const summary = await run(
      {
        steps: [
          { id: 'all', read: { values: conversations, into: 'talk' } },
          { id: 's', reward: { messages: 'talk', model: 'r' } },
        ],
      },
      server,
    );
    assert.deepEqual([summary.records, server.received.length], [1, 1]);
    const reasons = rejects(summary).map(({ reason, message }) => `${textOf(reason)}: ${textOf(message)}`);
    assert.match(reasons[0] ?? '', /^not-a-conversation: talk ends with a turn of the role user/u);
    assert.match(reasons[1] ?? '', /^not-a-conversation: talk is empty/u);
    assert.match(reasons[2] ?? '', /^not-a-conversation: talk is "Why\?"/u);
    assert.match(reasons[3] ?? '', /^not-a-conversation: talk has \{"role":"user"\} for turn 1/u);
  });
});

describe('judge', () => {
  const judged = (judge: JsonObject): JsonObject => ({
    steps: [
      { id: 'texts', read: { values: [{ q: 'Why?', a: 'So.' }], into: 'pair' } },
      { id: 'judged', judge: { bind: { prompt: 'pair.q', response: 'pair.a' }, ...judge } },
    ],
  });
  const schema = (max: number): JsonObject => ({
    type: 'object',
    properties: { reason: { type: 'string' }, score: { type: 'integer', minimum: 1, maximum: max } },
    required: ['reason', 'score'],
  });

  test('is asked with the rubric and the schema of the verdict; what else it says stays', async () => {
    const server = await serve(() => ({ text: '```json\n{"reason": "It is short.", "score": 7, "sure": true}\n```' }));
    await run(judged({ prompt: 'judge-correctness', scale: { min: 1, max: 10 } }), server);
    assert.deepEqual(records(), [
      { id: '0', pair: { q: 'Why?', a: 'So.' }, judge: { reason: 'It is short.', score: 7, sure: true } },
    ]);
    const [request] = server.received;
    assert.ok(request !== undefined);
    assert.match(lastText(request), /<prompt>\nWhy\?\n<\/prompt>\n\n<response>\nSo\.\n<\/response>/u);
    assert.match(lastText(request), /The scale runs from 1 to 10\./u);
    assert.deepEqual(request.body['response_format'], {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: schema(10) },
    });
  });

  test('is asked again with another seed when its verdict breaks the schema; then the record is turned down', async () => {
    const server = await serve(() => ({ text: '{"reason": "Fine.", "score": 9}' }));
    const summary = await run({ ...judged({}), generation: { seed: 3 } }, server);
    assert.deepEqual(
      server.received.map(({ body }) => body['seed']),
      [3, 4],
    );
    assert.deepEqual([summary.records, summary.discarded], [0, 1]);
    assert.deepEqual(
      rejects(summary).map(({ reason, message }) => [reason, message]),
      [['schema', '#/score breaks the schema at #/properties/score/maximum: 9 is greater than 5.']],
    );
  });

  test('a verdict that cannot be read can leave the record as it is, counted', async () => {
    const server = await serve(() => ({ text: 'Good.' }));
    const summary = await run(judged({ on_unreadable: 'keep', attempts: 1 }), server);
    assert.deepEqual(records(), [{ id: '0', pair: { q: 'Why?', a: 'So.' }, judge: null }]);
    assert.deepEqual([summary.records, summary.discarded], [1, 1]);
    assert.match(textOf(rejects(summary)[0]?.['message']), /the record is kept without a verdict$/u);
    assert.equal((await run(judged({ on_unreadable: 'fail', attempts: 1 }), server)).state, 'failed');
  });

  test('several scores of one verdict', async () => {
    const server = await serve(() => ({ text: '{"reason": "So.", "fair": 4, "safe": 5}' }));
    await run(judged({ prompt: { text: 'Judge {response} for {prompt}.' }, scores: ['fair', 'safe'] }), server, {
      json_mode: 'none',
    });
    assert.deepEqual(records()[0]?.['judge'], { reason: 'So.', fair: 4, safe: 5 });
    const [request] = server.received;
    assert.ok(request !== undefined);
    assert.match(
      lastText(request),
      /^Judge So\. for Why\?\.\n\nForm of your answer: .*\n\n<schema>\n\{.*"safe".*\}\n<\/schema>$/u,
    );
    assert.equal(request.body['response_format'], undefined);
  });
});

describe('JSON', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name'],
  };
  const asking = (expect: JsonObject, texts = ['a', 'b', 'c']): JsonObject => ({
    steps: [values(...texts), { id: 'data', generate: { prompt: { text: 'Who is {text}?' }, expect } }],
  });
  const refusing: Script = ({ body }) =>
    'response_format' in body
      ? { status: 400, raw: '{"error":{"message":"response_format is not supported"}}' }
      : { text: 'It is {"name": "Ada", "age": 36,} as I said.' };

  test('the members of the object become fields, or the whole stands in one; null and other members are no matter', async () => {
    const server = await serve(() => ({ text: '{"name":"Ada","more":[null]}' }));
    await run(asking({ json: schema }, ['a']), server);
    assert.deepEqual(records(), [{ id: '0', text: 'a', name: 'Ada', more: [null] }]);
    await run(asking({ json: schema, into: 'data' }, ['a']), server);
    assert.deepEqual(records(), [{ id: '0', text: 'a', data: { name: 'Ada', more: [null] } }]);
    assert.equal(server.received.length, 1);
    assert.deepEqual(server.received[0]?.body, {
      model: 'writer',
      messages: [turn('user', 'Who is a?')],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
    });
  });

  test('the schema may stand in a file, and the template may show it', async () => {
    const server = await serve(() => ({ text: '{"name":"Ada"}' }));
    writeFileSync(join(root, 'person.schema.json'), JSON.stringify(schema));
    const pipeline = asking({ json: 'person.schema.json' }, ['a']);
    await run({ ...pipeline, prompts: { data: { text: '{text}: {schema}' } } }, server, { json_mode: 'object' });
    assert.deepEqual(server.received[0]?.body, {
      model: 'writer',
      messages: [turn('user', `a: ${JSON.stringify(schema)}`)],
      response_format: { type: 'json_object' },
    });
    assert.equal(records()[0]?.['name'], 'Ada');
  });

  test('a service that rejects response_format is asked in words, and from then on only so', async () => {
    const server = await serve(refusing);
    const people = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const summary = await run(asking({ json: schema }, people), server, { max_concurrency: 1 });
    assert.deepEqual(
      records().map(({ id, name, age }) => [id, name, age]),
      people.map((_, index) => [String(index), 'Ada', 36]),
    );
    assert.deepEqual([summary.state, summary.discarded], ['done', 0]);
    const wished = server.received.filter(({ body }) => 'response_format' in body).length;
    // One more may have been on its way when the first was refused.
    assert.ok(wished <= 2, `${wished} wishes`);
    assert.equal(server.received.length, people.length + wished);
    const [, ...spoken] = server.received.filter(({ body }) => !('response_format' in body));
    assert.match(lastText(spoken[0] ?? assert.fail()), /^Who is b\?\n\nForm of your answer: .*<schema>/su);
    // The same pipeline again finds all answers, without trying the wish again.
    const asked = server.received.length;
    const again = await run(asking({ json: schema }, people), server, { max_concurrency: 1 });
    assert.deepEqual([again.requests, again.reused, server.received.length], [0, people.length, asked]);
  });

  test('a request that is rejected for another reason is rejected in words as well, and counted', async () => {
    const server = await serve((request) =>
      lastText(request).startsWith('Who is b?')
        ? { status: 400, raw: '{"error":{"message":"too long"}}' }
        : { text: '{"name":"Ada"}' },
    );
    const summary = await run(asking({ json: schema }), server, { max_concurrency: 1 });
    assert.deepEqual(
      records().map(({ id }) => id),
      ['0', '2'],
    );
    assert.deepEqual(
      rejects(summary).map(({ id, reason }) => [id, reason]),
      [['1', 'rejected']],
    );
    // That one refusal is no reason to ask the others in words.
    assert.equal(server.received.filter(({ body }) => 'response_format' in body).length, 3);
  });

  test('an answer that breaks the schema names the place in it', async () => {
    const server = await serve(() => ({ text: '{"name":"Ada","age":"old"}' }));
    const summary = await run(asking({ json: schema, attempts: 1 }, ['a']), server);
    assert.deepEqual(
      rejects(summary).map(({ reason, message, at }) => [reason, message, at]),
      [
        [
          'schema',
          '#/age breaks the schema at #/properties/age/type: Instance type "string" is invalid. Expected "integer".',
          'data/0/0',
        ],
      ],
    );
  });
});

describe('embed', () => {
  const texts = Array.from({ length: 12 }, (_, index) => `text number ${index}`);
  const embedding = (embed: JsonObject, list: readonly string[] = texts): JsonObject => ({
    steps: [values(...list), { id: 'vectors', embed: { field: 'text', model: 'e', ...embed } }],
  });
  const inputs = ({ received }: ModelServer): readonly (readonly string[])[] =>
    received.map(({ body }) => body['input'] as readonly string[]);
  const journal = ({ run: id }: RunSummary): readonly JsonObject[] =>
    readLines(join(root, '.openline/runs', id ?? '', 'journal.jsonl'));

  test('texts travel in batches, each is journalled by itself, and the records keep their order', async () => {
    const server = await serve(() => ({}));
    const summary = await run(embedding({ batch_size: 5, extra: { input_type: 'passage' } }), server);
    assert.deepEqual([summary.records, summary.requests], [12, server.received.length]);
    assert.ok(inputs(server).every((input) => input.length <= 5));
    assert.deepEqual(new Set(inputs(server).flat()), new Set(texts));
    assert.deepEqual(server.received[0]?.body, {
      model: 'e',
      input: inputs(server)[0],
      encoding_format: 'float',
      input_type: 'passage',
    });
    assert.deepEqual(
      records().map(({ text, embedding: vector }) => [text, (vector as readonly number[]).length]),
      texts.map((text) => [text, 256]),
    );
    const lines = journal(summary);
    assert.equal(lines.length, 12);
    assert.equal(lines.filter(({ kind }) => kind === 'answer').length, server.received.length);
    assert.deepEqual(lines.find(({ at }) => at === 'vectors/3/0')?.['request'], {
      input: 'text number 3',
      input_type: 'passage',
      model: 'e',
    });
    const told = inputs(server).reduce((sum, input) => sum + (JSON.stringify(input).length >> 2), 0);
    assert.equal(summary.tokens.prompt, told);
    // Other batches, and two texts more: only those are paid for.
    const more = await run(
      embedding({ batch_size: 2, extra: { input_type: 'passage' } }, ['new', ...texts, 'last']),
      server,
    );
    assert.deepEqual([more.records, more.reused], [14, 12]);
    assert.deepEqual(new Set(inputs(server).flat().slice(12)), new Set(['new', 'last']));
  });

  test('a text that the service refuses costs only its own record', async () => {
    const server = await serve(({ body }) =>
      (body['input'] as readonly string[]).includes('text number 7')
        ? { status: 400, raw: '{"error":{"message":"input is too long"}}' }
        : {},
    );
    const summary = await run(embedding({}), server);
    assert.deepEqual(
      records().map(({ text }) => text),
      texts.filter((text) => text !== 'text number 7'),
    );
    assert.deepEqual(
      rejects(summary).map(({ id, reason }) => [id, reason]),
      [['7', 'rejected']],
    );
    assert.match(textOf(rejects(summary)[0]?.['message']), /service.*input is too long/u);
  });

  test('vectors of several lengths: the same bytes whichever comes first, and a word on it', async () => {
    const list = ['even', 'odd', 'even too'];
    const outputs: unknown[] = [];
    for (const first of ['even', 'odd']) {
      const others = Promise.withResolvers<undefined>();
      const server = await serve(async ({ body }) => {
        const [text = ''] = body['input'] as readonly string[];
        if (text === first) setTimeout(others.resolve, 20, undefined);
        else await others.promise;
        return { raw: JSON.stringify(embeddings(body, [text === 'odd' ? [1, 2] : [1, 2, 3]])) };
      });
      const warnings: string[] = [];
      await run(
        embedding({ batch_size: 1 }, list),
        server,
        {},
        { fresh: true, onWarning: (told) => warnings.push(told) },
      );
      outputs.push(records());
      assert.deepEqual(warnings, [
        'step vectors: the endpoint service gave vectors of different lengths, which cannot be compared (1 of 2 numbers, such as record 1; 2 of 3 numbers, such as record 0)',
      ]);
    }
    assert.deepEqual(outputs[0], outputs[1]);
    assert.equal(records().length, 3);
  });

  test('records without a text are turned down unasked', async () => {
    const server = await serve(() => ({}));
    const summary = await run(embedding({}, ['', 'x']), server);
    assert.deepEqual([summary.records, summary.discarded, inputs(server)], [1, 1, [['x']]]);
  });
});

test('budgets hold for all of them', async () => {
  const server = await serve(() => ({}));
  const steps = [
    values('a', 'b', 'c', 'd'),
    { id: 'answer', generate: { prompt: { text: '{text}' } } },
    { id: 'scored', reward: { prompt: 'text', response: 'answer', model: 'a-reward' } },
    { id: 'judged', judge: { bind: { prompt: 'text', response: 'answer' } } },
    { id: 'vectors', embed: { field: 'answer', model: 'e' } },
  ];
  const summary = await run({ steps, budget: { requests: 6 } }, server, { max_concurrency: 1 });
  assert.deepEqual([summary.state, summary.requests, server.received.length], ['paused', 6, 6]);
  assert.equal(readdirSync(join(root, '.openline/runs')).length, 1);
});
