/**
 * Kills a run that scores, judges, embeds and ranks at random instants and resumes it. `OPENLINE_KILLS` says how many cases
 * (a quarter of it, 5 by default); `OPENLINE_SEED` with which one to begin.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, test } from 'node:test';
import { canonicalJson, type Json } from '../../src/core/record/json.ts';
import { startModelServer, type ModelServer, type Received } from '../support/modelServer.ts';
import { makeWorkspace, seeded } from './workspace.ts';

const CASES = Math.ceil(Number(process.env['OPENLINE_KILLS'] ?? 20) / 4);
const FIRST_SEED = Number(process.env['OPENLINE_SEED'] ?? 1);
const CONCURRENCIES = ['1', '7', '64'];
const MOST_KILLS = 3;

const PROMPTS = Array.from({ length: 12 }, (_, index) => `What is the use of thing number ${index}?`);
const PIPELINE = `openline: 1
endpoint: service
generation: { seed: 5 }
steps:
  - { id: prompts, read: { values: ${JSON.stringify(PROMPTS)}, into: prompt } }
  - { id: answer, generate: { prompt: answer, expect: { text: response } } }
  - id: versions
    generate:
      prompt: { text: "Write a list of 3 questions about: {response}" }
      expect: { list: question, length: 3 }
  - { id: scored, reward: { prompt: question, response: response, model: test-reward } }
  - { id: judged, judge: { bind: { prompt: question } } }
  - { id: vectors, embed: { field: question, model: test-embedding, batch_size: 4 } }
  - { id: best, rank: { score: reward.helpfulness, keep: 2 } }
output: data/out.jsonl
`;

let reference: { output: string; needed: ReadonlySet<string>; seconds: number };

/** What a request asks for, each text of a batch by itself: what must not be paid for twice. */
function questionsIn({ body }: Pick<Received, 'body'>): readonly string[] {
  const { input, ...rest } = body;
  const list: readonly (Json | undefined)[] = Array.isArray(input) ? input : [input];
  if (input === undefined) return [canonicalJson(body)];
  const { encoding_format: _form, ...plain } = rest;
  return list.map((text) => canonicalJson({ ...plain, input: text ?? null }));
}

/** What was asked but for wishes that were refused: how many of those there are depends on what was under way. */
function neededBy({ received }: ModelServer): ReadonlySet<string> {
  return new Set(received.filter(({ body }) => !('response_format' in body)).flatMap(questionsIn));
}

/** Refuses response_format, so that every verdict is asked for in words in the end. No two questions are the same. */
function startService(): Promise<ModelServer> {
  return startModelServer(({ hash, body }) => {
    const delayMs = Number.parseInt(hash.slice(0, 2), 16) / 16;
    if ('response_format' in body) return { delayMs, status: 400, raw: '{"error":{"message":"not supported"}}' };
    const asksForList = JSON.stringify(body['messages'] ?? '').includes('Write a list of 3 questions');
    const list = [1, 2, 3].map((number) => `${number}. What is ${hash.slice(0, 12)} number ${number}?`).join('\n');
    return asksForList ? { delayMs, text: list } : { delayMs };
  });
}

before(async () => {
  const server = await startService();
  const workspace = makeWorkspace(server.url, { pipeline: PIPELINE });
  const started = performance.now();
  const done = await workspace.run('run', 'p.openline.yaml', '--concurrency', '7');
  assert.equal(done.status, 0, done.stderr);
  reference = {
    output: workspace.read('data/out.jsonl'),
    needed: neededBy(server),
    seconds: (performance.now() - started) / 1000,
  };
  assert.equal(reference.output.trimEnd().split('\n').length, 24);
  workspace.remove();
  await server.close();
});

for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed += 1) {
  test(`scored, killed and resumed, case ${seed}: same bytes, nothing journalled is asked again`, async () => {
    const random = seeded(seed);
    const server = await startService();
    const workspace = makeWorkspace(server.url, { pipeline: PIPELINE });
    try {
      for (let kills = 0; ; kills += 1) {
        const concurrency = CONCURRENCIES[Math.floor(random() * CONCURRENCIES.length)] ?? '7';
        const run = workspace.runs().find((id) => existsSync(`${workspace.runFolder(id)}/run.json`));
        const journalled = new Set(
          run === undefined ? [] : workspace.journal(run).map((line) => canonicalJson(line['request'] ?? null)),
        );
        const asked = server.received.length;
        const running =
          run !== undefined
            ? workspace.start('resume', run, '--concurrency', concurrency)
            : workspace.start('run', 'p.openline.yaml', '--concurrency', concurrency);
        if (kills < MOST_KILLS) {
          void sleep(random() * reference.seconds * 1100).then(() => running.process.kill('SIGKILL'));
        }
        const finished = await running.finished;
        const again = server.received.slice(asked).flatMap(questionsIn);
        assert.deepEqual(
          again.filter((question) => journalled.has(question)),
          [],
          'a journalled request was sent again',
        );
        if (finished.signal !== null) continue;
        const complete = run !== undefined && finished.stderr.includes('is complete');
        assert.ok(finished.status === 0 || complete, `status ${finished.status}: ${finished.stderr}`);
        break;
      }
      assert.equal(workspace.read('data/out.jsonl'), reference.output);
      assert.deepEqual(neededBy(server), reference.needed);
    } finally {
      workspace.remove();
      await server.close();
    }
  });
}
