/** Whole runs with a `script` step: a program that is written here and run by this very Node. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { runPipeline, ScriptsNotAllowedError, type RunPipelineOptions } from '../index.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const folders: string[] = [];
let root: string;
let told: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-script-'));
  folders.push(root);
  told = [];
});
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A program that answers each line by `answer(record, number of the record)`; `before` stands above. */
function program(answer: string, before = ''): void {
  const text = `import { createInterface } from 'node:readline';
${before}
let number = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const record = JSON.parse(line);
  number += 1;
  const answer = await (${answer})(record, number);
  if (answer !== undefined) console.log(typeof answer === 'string' ? answer : JSON.stringify(answer));
}
`;
  writeFileSync(join(root, 'step.mjs'), text);
}

const values = (count: number): Json => Array.from({ length: count }, (_, index) => ({ n: index }));

/** What differs from one pipeline to the next. */
interface Shape {
  readonly count: number;
  readonly script: Json;
  readonly steps: readonly Json[];
  readonly read: JsonObject;
}

async function run(
  { count = 5, script = ['node', 'step.mjs'], steps = [], read = {} }: Partial<Shape> = {},
  options: RunPipelineOptions = {},
): Promise<RunSummary> {
  const file = join(root, 'demo.openline.yaml');
  const first = { id: 'numbers', read: { values: values(count), into: 'item', ...read } };
  const pipeline = { openline: 1, endpoint: 'sample', steps: [first, { id: 'own', script }, ...steps] };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(pipeline));
  return runPipeline(file, {
    allowScripts: true,
    environment: { PATH: dirname(process.execPath), SECRET: 'sesame', SHOWN: 'yes' },
    onWarning: (message) => told.push(message),
    ...options,
  });
}

function readLines(path: string): readonly JsonObject[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const value = parseJson(line);
    assert.ok(isJsonObject(value), line);
    return value;
  });
}
const records = (): readonly JsonObject[] => readLines(join(root, 'data/demo.jsonl'));
const rejects = ({ run: id }: RunSummary): readonly JsonObject[] =>
  readLines(join(root, '.openline/runs', id ?? '', 'rejects.jsonl'));

describe('a script', () => {
  it('gets each record with its id and answers with one, several or none, in order', async () => {
    program(`({ id, item: { n } }) =>
      n === 1 ? null : n === 2 ? [] : n === 3 ? [{ n, half: 'a' }, { n, half: 'b' }] : { id, n, seen: id }`);
    const summary = await run();
    assert.equal(summary.error, null);
    assert.deepEqual([summary.state, summary.records, summary.discarded], ['done', 4, 2]);
    assert.deepEqual(records(), [
      { id: '0', n: 0, seen: '0' },
      { id: '3.0', n: 3, half: 'a' },
      { id: '3.1', n: 3, half: 'b' },
      { id: '4', n: 4, seen: '4' },
    ]);
    assert.deepEqual(
      rejects(summary).map(({ id, step, reason, message }) => [id, step, reason, message]),
      ['1', '2'].map((id) => [id, 'own', 'dropped', 'the script dropped the record']),
    );
  });

  it('is one process for all records, and need not be waited for', async () => {
    // It answers only when it has three records, which a run that waits for every answer would never send.
    program(
      `(record, number) => {
        waiting.push(record);
        if (waiting.length < 3) return undefined;
        for (const { id } of waiting.splice(0)) console.log(JSON.stringify({ of: id, pid: process.pid }));
        return undefined;
      }`,
      'const waiting = [];',
    );
    const summary = await run({ count: 300 });
    assert.equal(summary.error, null);
    assert.deepEqual(
      records().map(({ of }) => of),
      Array.from({ length: 300 }, (_, index) => String(index)),
    );
    assert.equal(new Set(records().map(({ pid }) => pid)).size, 1);
  });

  it('leaves an id of the records’ own alone', async () => {
    program('(record) => ({ ...record, checked: true })');
    writeFileSync(join(root, 'lines.jsonl'), '{"id":"mine","a":1}\n');
    const file = join(root, 'demo.openline.yaml');
    const steps = [
      { id: 'lines', read: { files: 'lines.jsonl' } },
      { id: 'own', script: ['node', 'step.mjs'] },
    ];
    writeFileSync(file, JSON.stringify({ openline: 1, steps }));
    const summary = await runPipeline(file, {
      allowScripts: true,
      environment: { PATH: dirname(process.execPath) },
    });
    assert.equal(summary.error, null);
    assert.deepEqual(records(), [{ openline_id: '0', id: 'mine', a: 1, checked: true }]);
  });

  it('runs in the pipeline’s folder, with the usual variables and those that are named', async () => {
    program('() => ({ cwd: process.cwd(), secret: process.env.SECRET ?? null, shown: process.env.SHOWN ?? null })');
    await run({ count: 1, script: { command: ['node', 'step.mjs'], env: ['SHOWN'] } });
    const [record] = records();
    assert.deepEqual([record?.['secret'], record?.['shown']], [null, 'yes']);
    assert.ok(typeof record?.['cwd'] === 'string' && record['cwd'].endsWith(root.split('/').at(-1) ?? ''));
  });

  it('stands between steps that ask a model', async () => {
    program('({ item }) => [{ topic: `Tides ${item.n}` }, { topic: `Moons ${item.n}` }]');
    const ask: Json = { id: 'asked', generate: { prompt: { text: 'Say something about {topic}.' } } };
    const summary = await run({ count: 20, steps: [ask] });
    assert.equal(summary.error, null);
    assert.deepEqual([summary.records, summary.requests], [40, 40]);
    assert.deepEqual(
      records().map(({ topic }) => topic),
      Array.from({ length: 40 }, (_, index) => `${index % 2 === 0 ? 'Tides' : 'Moons'} ${Math.floor(index / 2)}`),
    );
  });

  it('says what it has to say on standard error', async () => {
    program('(record) => { console.error(`at ${record.id}`); return {}; }');
    await run({ count: 2 });
    assert.deepEqual(told, ['step own: at 0', 'step own: at 1']);
  });
});

describe('a script that goes wrong', () => {
  it('is started again once, and fails the run where it ends at the same record again', async () => {
    program('({ item }) => { if (item.n === 3) { console.error("no threes"); process.exit(7); } return item; }');
    const summary = await run({ count: 6 });
    assert.equal(summary.state, 'failed');
    assert.match(summary.error ?? '', /^Step own, record 3: the script ended with exit code 7 before it had answered/u);
    assert.match(summary.error ?? '', /did so again when it was started anew\. It said:\nno threes$/u);
    assert.ok(told.some((message) => message.includes('ended with exit code 7 at record 3; it is started again')));
  });

  it('goes on where it had only stumbled', async () => {
    const before = `import { existsSync, writeFileSync } from 'node:fs';`;
    program(
      `({ item }) => {
        if (item.n === 2 && !existsSync('stumbled')) { writeFileSync('stumbled', ''); process.exit(1); }
        return item;
      }`,
      before,
    );
    const summary = await run({ count: 100 });
    assert.equal(summary.error, null);
    assert.deepEqual(
      records().map(({ n }) => n),
      Array.from({ length: 100 }, (_, index) => index),
    );
  });

  const failures: readonly (readonly [string, string, RegExp])[] = [
    ['that is not there', 'none', /record 0: the script cannot be started: there is no program no-such-program/u],
    [
      'that prints',
      '() => "hello"',
      /record 0: the script answered with "hello", which is no JSON; on standard output/u,
    ],
    ['that answers a number', '() => "3"', /record 0: .*"3"; expected an object, a list of objects, or null/u],
    ['that answers out of order', '() => ({ id: "4" })', /record 0: .*the id "4"\. It must answer each line/u],
    ['that says too much', '({ id }) => { console.log("{}"); return {}; }', /more lines than it was sent records/u],
    ['that never answers', '() => undefined', /record 0: the script did not answer within 0\.4 s/u],
  ];
  for (const [name, answer, message] of failures) {
    it(`${name} fails the run with its record`, async () => {
      program(answer);
      const command = answer === 'none' ? ['no-such-program'] : ['node', 'step.mjs'];
      const summary = await run({ count: 1, script: { command, timeout_s: name.includes('never') ? 0.4 : 60 } });
      assert.equal(summary.state, 'failed');
      assert.match(summary.error ?? '', message);
    });
  }

  it('is told before the run where the file is missing or nothing leads to it', async () => {
    await assert.rejects(run(), /5?.*there is no script step\.mjs/u);
    const file = join(root, 'demo.openline.yaml');
    writeFileSync(file, JSON.stringify({ openline: 1, steps: [{ id: 'own', script: ['node'] }] }));
    await assert.rejects(runPipeline(file, { allowScripts: true }), /nothing to work on/u);
  });
});

describe('consent', () => {
  it('is asked for before anything is started', async () => {
    program('(record) => record');
    await assert.rejects(run({}, { allowScripts: false }), (error) => {
      assert.ok(error instanceof ScriptsNotAllowedError);
      assert.deepEqual(error.commands, ['own: node step.mjs']);
      return true;
    });
  });

  it('is not needed where no script takes part', async () => {
    program('(record) => record');
    const summary = await run({}, { allowScripts: false, until: 'numbers' });
    assert.equal(summary.records, 5);
  });
});
