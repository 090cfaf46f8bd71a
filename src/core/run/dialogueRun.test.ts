/** Whole runs of the recipes that hold conversations, classify and answer, against a service that keeps what it is sent. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { startModelServer, type ModelServer, type Received, type Script } from '../../../test/support/modelServer.ts';
import { runPipeline } from '../index.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const folders: string[] = [];
const servers: ModelServer[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-dialogue-'));
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

/** Runs a recipe with `with:` given as JSON; the pipeline's endpoint is the first. */
async function run(
  recipe: string,
  parameters: JsonObject,
  endpoints: Readonly<Record<string, ModelServer>>,
  head: JsonObject = {},
): Promise<RunSummary> {
  const [endpoint = ''] = Object.keys(endpoints);
  const file = join(root, 'demo.openline.yaml');
  const pipeline = { openline: 1, endpoint, ...head, recipe, with: parameters };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(pipeline));
  return runPipeline(file, {
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, { url }]) => [name, { base_url: url, model: `${name}-model` }]),
    ),
  });
}

const records = (path = 'data/demo.jsonl'): readonly JsonObject[] => readLines(join(root, path));
const rejects = (summary: RunSummary): readonly JsonObject[] =>
  readLines(join(root, '.openline/runs', summary.run ?? '', 'rejects.jsonl'));

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
  const messages = body['messages'] as readonly JsonObject[];
  return textOf(messages.at(-1)?.['content']);
};
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const turn = (role: string, content: string): Json => ({ role, content });

test('a dialogue between two services: what each is sent, and the record', async () => {
  const large = await serve((request) => ({ text: `[answer to ${lastText(request)}]` }));
  let asked = 0;
  const small = await serve(() => ({ text: `Question ${(asked += 1) + 1}?` }));
  const summary = await run(
    'dialogue',
    {
      openlines: ['Why {x} $&?'],
      user_endpoint: 'small',
      user_generation: { temperature: 1 },
      user_system: 'You are in a hurry.',
      assistant_system: 'Be brief.',
    },
    { large, small },
    {
      generation: { temperature: 0, max_tokens: 70 },
      prompts: { user_turn: { text: 'So far:\n{conversation_history}' } },
    },
  );
  assert.deepEqual([summary.state, summary.records, summary.requests], ['done', 1, 5]);
  const turns = [
    turn('user', 'Why {x} $&?'),
    turn('assistant', '[answer to Why {x} $&?]'),
    turn('user', 'Question 2?'),
    turn('assistant', '[answer to Question 2?]'),
    turn('user', 'Question 3?'),
    turn('assistant', '[answer to Question 3?]'),
  ];
  assert.deepEqual(records(), [{ id: '0', messages: turns }]);
  const brief = turn('system', 'Be brief.');
  assert.deepEqual(
    large.received.map(({ body }) => body),
    [1, 3, 5].map((count) => ({
      model: 'large-model',
      messages: [brief, ...turns.slice(0, count)],
      temperature: 0,
      max_tokens: 70,
    })),
  );
  const hurry = turn('system', 'You are in a hurry.');
  const first = 'So far:\nUser: Why {x} $&?Assistant: [answer to Why {x} $&?]';
  // The user's own parameters replace the pipeline's whole: no max_tokens.
  assert.deepEqual(
    small.received.map(({ body }) => body),
    [first, `${first}User: Question 2?Assistant: [answer to Question 2?]`].map((text) => ({
      model: 'small-model',
      messages: [hurry, turn('user', text)],
      temperature: 1,
    })),
  );
});

test('dialogues keep the order of their openlines, and the same pipeline again asks nothing', async () => {
  // The first dialogue is the slowest.
  const server = await serve((request) => ({
    text: `re ${lastText(request).slice(0, 20)}`,
    delayMs: JSON.stringify(request.body).includes('Opening 0') ? 15 : 0,
  }));
  const openlines = Array.from({ length: 6 }, (_, index) => `Opening ${index}`);
  const parameters = { openlines, n_user_turns: 2 };
  const first = await run('dialogue', parameters, { only: server });
  assert.deepEqual([first.records, first.requests], [6, 18]);
  const written = records();
  assert.deepEqual(
    written.map(({ messages }) => (messages as readonly JsonObject[])[0]?.['content']),
    openlines,
  );
  for (const { messages } of written) {
    assert.deepEqual(
      (messages as readonly JsonObject[]).map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant'],
    );
  }
  const again = await run('dialogue', parameters, { only: server });
  assert.deepEqual([again.requests, again.reused], [0, 18]);
  assert.deepEqual(records(), written);
  // One turn more pays for that turn alone.
  const longer = await run('dialogue', { openlines, n_user_turns: 3 }, { only: server });
  assert.deepEqual([longer.requests, longer.reused], [12, 18]);
});

test('a two-turn prompt has three messages, and the user is asked with the template of its style', async () => {
  const server = await serve((request) => ({
    text: lastText(request) === 'Why?' ? 'Because.' : 'And then?',
  }));
  writeFileSync(join(root, 'in.jsonl'), '{"q":"Why?"}\n{"q":""}\n{"other":1}\n');
  const summary = await run('two-turn', { jsonl: 'in.jsonl', field: 'q', style: 'concise' }, { only: server });
  assert.deepEqual(records(), [
    { id: '0', messages: [turn('user', 'Why?'), turn('assistant', 'Because.'), turn('user', 'And then?')] },
  ]);
  assert.equal(server.received.length, 2);
  const [, second] = server.received;
  assert.ok(second !== undefined);
  assert.match(lastText(second), /<conversation>\nUser: Why\?Assistant: Because\.\n<\/conversation>/u);
  assert.match(lastText(second), /at most twelve words/u);
  assert.equal(summary.discarded, 2);
});

test('a turn that is cut off is among the rejects, with its turn and what had been said', async () => {
  const server = await serve((request) => {
    const isUserTurn = lastText(request).includes('conversation');
    const text = isUserTurn ? 'Ano' : 'Answer.';
    const finish = isUserTurn ? 'length' : 'stop';
    return {
      raw: JSON.stringify({
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
      }),
    };
  });
  const summary = await run('dialogue', { openlines: ['Why?'] }, { only: server });
  assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 0, 1]);
  const [reject] = rejects(summary);
  assert.deepEqual(
    [reject?.['step'], reject?.['reason'], reject?.['at']],
    ['user_turn', 'truncated', 'user_turn.user.2/0/0'],
  );
  assert.match(textOf(reject?.['message']), /^user turn 2: /u);
  assert.deepEqual(reject?.['fields'], {
    openline: 'Why?',
    messages: [turn('user', 'Why?'), turn('assistant', 'Answer.')],
  });
});

test('entities are classified by the first word of the answer; other answers are asked for again and rejected', async () => {
  const server = await serve((request) => {
    const text = lastText(request);
    if (text.includes('Eigenvalue')) return { text: 'Yes. A concept of linear algebra.' };
    if (text.includes('Poem')) return { text: '"no", it is literature' };
    return { text: 'It depends: yes.' };
  });
  const summary = await run(
    'classify-entities',
    { entities: ['Eigenvalue', 'Number', 'Poem'], subject: 'math' },
    { only: server },
  );
  assert.deepEqual(records(), [
    { id: '0', entity: 'Eigenvalue', label: 'Yes', answer: 'Yes. A concept of linear algebra.' },
    { id: '2', entity: 'Poem', label: 'No', answer: '"no", it is literature' },
  ]);
  assert.deepEqual([summary.discarded, server.received.length], [1, 4]);
  assert.equal(rejects(summary)[0]?.['reason'], 'no-label');
});

test('labels of your own stand in the question, and the answer may begin with any of them', async () => {
  const server = await serve(() => ({ text: '**modern history**: it was in 1848.' }));
  const labels = ['Biology', 'Modern history'];
  await run('classify-entities', { entities: ['Revolution'], labels }, { only: server });
  assert.deepEqual(
    records().map(({ label }) => label),
    ['Modern history'],
  );
  const [request] = server.received;
  assert.ok(request !== undefined);
  assert.match(lastText(request), /^Labels: Biology, Modern history$/mu);
});

test('each of n answers is a record with its conversation', async () => {
  const server = await serve(() => ({
    raw: JSON.stringify({
      model: 'm',
      choices: ['One.', 'Two.'].map((content, index) => ({
        index,
        message: { role: 'assistant', content },
        finish_reason: 'stop',
      })),
    }),
  }));
  await run('answers', { prompts: ['Why?', 'How?'], n: 2, system: 'Be brief.' }, { only: server });
  const record = (id: string, prompt: string, response: string): JsonObject => ({
    id,
    messages: [turn('user', prompt), turn('assistant', response)],
    prompt,
    response,
  });
  assert.deepEqual(records(), [
    record('0.0', 'Why?', 'One.'),
    record('0.1', 'Why?', 'Two.'),
    record('1.0', 'How?', 'One.'),
    record('1.1', 'How?', 'Two.'),
  ]);
  assert.deepEqual(
    server.received.map(({ body }) => body).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? 1 : -1)),
    ['Why?', 'How?'].map((prompt) => ({
      model: 'only-model',
      messages: [turn('system', 'Be brief.'), turn('user', prompt)],
      n: 2,
    })),
  );
});
