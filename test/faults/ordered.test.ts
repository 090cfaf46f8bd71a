/**
 * Steps that see their records in order, and a program of the user's own: killed at random instants and resumed, and at
 * several concurrencies, the outputs have the same bytes. `OPENLINE_KILLS` says how many cases (half of it, 10 by default);
 * `OPENLINE_SEED` with which one to begin.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, describe, test } from 'node:test';
import { canonicalJson, isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';
import { startModelServer, type ModelServer } from '../support/modelServer.ts';
import { makeWorkspace, seeded, type Workspace } from './workspace.ts';

const CASES = Math.ceil(Number(process.env['OPENLINE_KILLS'] ?? 20) / 2);
const FIRST_SEED = Number(process.env['OPENLINE_SEED'] ?? 1);
const CONCURRENCIES = ['1', '7', '64'];
const MOST_KILLS = 3;

const PROMPTS = Array.from({ length: 10 }, (_, index) => `What is the use of thing number ${index}?`);
const PIPELINE = `openline: 1
endpoint: service
generation: { seed: 5 }
steps:
  - { id: prompts, read: { values: ${JSON.stringify(PROMPTS)}, into: prompt } }
  - { id: tones, draw: { seed: 3, fields: { tone: { choice: [plain, formal, short] } } } }
  - id: questions
    generate:
      prompt: { text: "Write a list of 6 {tone} questions about: {prompt}" }
      expect: { list: question, length: 6 }
  - { id: unique, dedup: { fields: [question], method: fuzzy, threshold: 0.9 } }
  - { id: marked, script: [node, mark.mjs] }
  - { id: drawn, sample: { ratio: 0.75, seed: 7 } }
  - { id: mixed, shuffle: { seed: 8 } }
  - id: answers
    generate:
      prompt: { text: "Write a list of 3 answers to: {question}" }
      expect: { list: response, length: 3 }
  - { id: scored, reward: { prompt: question, response: response, model: test-reward } }
  - { id: best, rank: { score: reward.helpfulness, keep: 2 } }
  - { id: made, draw: { seed: 4, fields: { weight: { int: [1, 1000] } } } }
  - { id: written, read: { values: [one, two, three, four, five], into: response } }
  - { id: blended, from: [made, written], blend: { counts: { made: 40, written: 12 }, repeat: true, mark: origin, seed: 9 } }
  - { id: divided, split: { parts: { train: 0.8, test: 0.2 }, stratify: origin, seed: 10 } }
outputs:
  - { from: divided, path: "data/{split}.jsonl" }
  - { from: unique, path: data/questions.jsonl }
`;
const OUTPUTS = ['data/train.jsonl', 'data/test.jsonl', 'data/questions.jsonl'];

/** Answers each line; some records are dropped, some become two. No two of them ask the same. */
const SCRIPT = `import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const record = JSON.parse(line);
  const sum = record.id.split('.').reduce((all, part) => all + Number(part), 0);
  const marked = { ...record, sum };
  const twin = { ...marked, question: 'Once more: ' + record.question };
  const answer = sum % 5 === 2 ? null : sum % 5 === 4 ? [marked, twin] : marked;
  process.stdout.write(JSON.stringify(answer) + '\\n');
}
`;

/** Lists with repetitions, so that there is something to drop; delays depend on the question alone. */
function startService(): Promise<ModelServer> {
  return startModelServer(({ hash, body }) => {
    const delayMs = Number.parseInt(hash.slice(0, 2), 16) / 16;
    const asked = JSON.stringify(body['messages'] ?? '');
    const about = /Write a list of (?<count>\d) (?<kind>\w+)/u.exec(asked)?.groups;
    if (about === undefined) return { delayMs };
    const length = Number(about['count']);
    const item = (index: number): string =>
      length === 6 && index % 3 === 2
        ? `What does everybody ask about number ${index}?`
        : `${hash.slice(0, 16)} of ${index}`;
    return { delayMs, text: Array.from({ length }, (_, index) => `${index + 1}. ${item(index)}`).join('\n') };
  });
}

function makeOrdered(server: ModelServer): Workspace {
  const workspace = makeWorkspace(server.url, { pipeline: PIPELINE });
  writeFileSync(join(workspace.folder, 'mark.mjs'), SCRIPT);
  return workspace;
}

const outputsOf = (workspace: Workspace): readonly string[] => OUTPUTS.map((path) => workspace.read(path));

const bodiesOf = ({ received }: ModelServer): readonly string[] => received.map(({ body }) => canonicalJson(body));

/** What the report says went into a step, came out of it and was turned down. */
function countsOf(
  workspace: Workspace,
  run: string,
): ReadonlyMap<string, { in: number; out: number; rejected: number }> {
  const report = parseJson(workspace.read(`.openline/runs/${run}/report.json`));
  const steps = (isJsonObject(report) ? report['steps'] : []) as unknown as readonly {
    id: string;
    in: number;
    out: number;
    rejected: Record<string, number>;
  }[];
  const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, count) => all + count, 0);
  return new Map(steps.map((step) => [step.id, { in: step.in, out: step.out, rejected: sum(step.rejected) }]));
}

let reference: { outputs: readonly string[]; needed: ReadonlySet<string>; seconds: number; report: JsonObject };

before(async () => {
  const server = await startService();
  const workspace = makeOrdered(server);
  const started = performance.now();
  const done = await workspace.run('run', 'p.openline.yaml', '--concurrency', '7', '--allow-scripts');
  assert.equal(done.status, 0, done.stderr);
  const [run = ''] = workspace.runs();
  reference = {
    outputs: outputsOf(workspace),
    needed: new Set(bodiesOf(server)),
    seconds: (performance.now() - started) / 1000,
    report: Object.fromEntries([...countsOf(workspace, run)].map(([id, counts]) => [id, { ...counts }])),
  };
  workspace.remove();
  await server.close();
});

test('the counts of every step add up', () => {
  const counts = new Map(
    Object.entries(reference.report as unknown as Record<string, { in: number; out: number; rejected: number }>),
  );
  for (const id of ['tones', 'unique', 'drawn', 'mixed', 'scored', 'best', 'divided']) {
    const { in: entered = 0, out = 0, rejected = 0 } = counts.get(id) ?? {};
    assert.ok(entered > 0, `nothing went into ${id}`);
    assert.equal(out + rejected, entered, `${id}: ${entered} in, ${out} out, ${rejected} rejected`);
  }
  assert.ok((counts.get('unique')?.rejected ?? 0) > 0, 'nothing was repeated: no test');
  assert.ok((counts.get('marked')?.rejected ?? 0) > 0, 'the program dropped nothing: no test');
  assert.equal(counts.get('blended')?.out, 52);
});

describe('ordered steps and a program: the same bytes', () => {
  for (const concurrency of CONCURRENCIES) {
    test(`at concurrency ${concurrency}`, async () => {
      const server = await startService();
      const workspace = makeOrdered(server);
      try {
        const done = await workspace.run('run', 'p.openline.yaml', '--concurrency', concurrency, '--allow-scripts');
        assert.equal(done.status, 0, done.stderr);
        assert.deepEqual(outputsOf(workspace), reference.outputs);
        const [run = ''] = workspace.runs();
        assert.deepEqual(Object.fromEntries(countsOf(workspace, run)), reference.report);
      } finally {
        workspace.remove();
        await server.close();
      }
    });
  }

  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed += 1) {
    test(`killed and resumed, case ${seed}: nothing journalled is asked again`, async () => {
      const random = seeded(seed);
      const server = await startService();
      const workspace = makeOrdered(server);
      try {
        for (let kills = 0; ; kills += 1) {
          const concurrency = CONCURRENCIES[Math.floor(random() * CONCURRENCIES.length)] ?? '7';
          const run = workspace.runs().find((id) => existsSync(`${workspace.runFolder(id)}/run.json`));
          const lines = run === undefined ? [] : workspace.journal(run);
          const journalled = new Set(lines.map((line) => canonicalJson(line['request'] ?? null)));
          const asked = server.received.length;
          const how = ['--concurrency', concurrency, '--allow-scripts'];
          const running =
            run === undefined
              ? workspace.start('run', 'p.openline.yaml', ...how)
              : workspace.start('resume', run, ...how);
          if (kills < MOST_KILLS) {
            void sleep(random() * reference.seconds * 1100).then(() => running.process.kill('SIGKILL'));
          }
          const finished = await running.finished;
          const again = bodiesOf(server).slice(asked);
          assert.deepEqual(
            again.filter((body) => journalled.has(body)),
            [],
            'a journalled request was sent again',
          );
          if (finished.signal !== null) continue;
          const complete = run !== undefined && finished.stderr.includes('is complete');
          assert.ok(finished.status === 0 || complete, `status ${finished.status}: ${finished.stderr}`);
          break;
        }
        assert.deepEqual(outputsOf(workspace), reference.outputs);
        assert.deepEqual(new Set(bodiesOf(server)), reference.needed);
      } finally {
        workspace.remove();
        await server.close();
      }
    });
  }
});
