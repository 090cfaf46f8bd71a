import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { InvalidInputError } from '../errors.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import { ExportInterruptedError, exportRecords, type ExportOptions } from './exportRecords.ts';
import type { ExportReport } from './exportTally.ts';
import { fileSource } from './exportSource.ts';
import { ForeignOutputError } from './output.ts';

const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-export-'));
  folders.push(root);
});
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function put(path: string, content: string | Buffer): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  return join(root, path);
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Exports `in.jsonl` to `out/x`. */
async function run(options: Partial<ExportOptions> = {}): Promise<ExportReport> {
  const source = await fileSource(join(root, 'in.jsonl'), 'in.jsonl');
  return exportRecords({
    source,
    format: 'openai-chat',
    output: join(root, 'out/x'),
    root,
    version: 'test',
    ...options,
  });
}

async function refused(code: string, options: Partial<ExportOptions>): Promise<string> {
  let message = '';
  await assert.rejects(run(options), (error) => {
    assert.ok(error instanceof InvalidInputError, String(error));
    assert.equal(error.diagnostics[0]?.code, code);
    ({ message } = error);
    return true;
  });
  assert.ok(!existsSync(join(root, 'out')) || readdirSync(join(root, 'out')).length === 0, 'something was left behind');
  return message;
}

const PAIRS = '{"prompt":"a","response":"b"}\n{"question":"c","answer":"d"}\n';

describe('an export of a file', () => {
  it('writes what fits, counts what does not with line and reason, and tells the fields', async () => {
    put(
      'in.jsonl',
      Buffer.concat([
        Buffer.from(`\uFEFF${PAIRS}\r\n[1]\r\nnonsense\n`),
        Buffer.from([0xff, 0x0a]),
        Buffer.from('{"prompt":"","response":"b"}'),
      ]),
    );
    const report = await run();
    assert.deepEqual(report.rejected, { 'not-an-object': 1, 'not-json': 1, 'not-utf8': 1, 'empty-content': 1 });
    assert.deepEqual(
      report.examples.map(({ line, reason }) => [line, reason]),
      [
        [4, 'not-an-object'],
        [5, 'not-json'],
        [6, 'not-utf8'],
        [7, 'empty-content'],
      ],
    );
    assert.deepEqual(report.fields, { prompt: { prompt: 1, question: 1 }, response: { response: 1, answer: 1 } });
    assert.equal(
      read('out/x'),
      '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n' +
        '{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}\n',
    );
    const card = parseJson(read('out/x.card.json'));
    assert.ok(isJsonObject(card) && card['records'] === 2);
  });

  it('as jsonl keeps every character of the records', async () => {
    const lines = '{"n": 12345678901234567890,  "x":1.0, "u":"\\u00e4"}\n{"a":"ä"}\n';
    put('in.jsonl', lines);
    await run({ format: 'jsonl' });
    assert.equal(read('out/x'), lines);
  });

  it('as csv has the columns of all records, those of the first one first', async () => {
    put('in.jsonl', '{"b":1,"a":"x"}\n{"c":true,"a":"y"}\n');
    await run({ format: 'csv' });
    assert.equal(read('out/x'), 'b,a,c\n1,x,\n,y,true\n');
  });

  it('does not write when nothing fits, and names the fields there are', async () => {
    put('in.jsonl', PAIRS);
    const message = await refused('nothing-fits', { format: 'dpo' });
    assert.match(message, /2 missing-field.*prompt, response, question, answer/su);
    assert.match(await refused('unknown-map', { format: 'dpo', map: { pormpt: 'x' } }), /did you mean `prompt`/u);
    const slip = await refused('unknown-field', { format: 'csv', map: { a: 'promt' } });
    assert.match(slip, /did you mean `prompt`/u);
  });

  it('of an empty file is an empty file', async () => {
    put('in.jsonl', '');
    for (const format of ['csv', 'kto', 'jsonl'] as const) assert.equal((await run({ format })).records, 0);
    assert.equal(read('out/x'), '');
  });

  it('replaces its own file, no other one unless forced, and never what it reads', async () => {
    put('in.jsonl', PAIRS);
    await run();
    await run({ format: 'alpaca' });
    assert.match(read('out/x'), /instruction/u);
    put('out/x', 'mine\n');
    await assert.rejects(run(), ForeignOutputError);
    assert.equal(read('out/x'), 'mine\n');
    await run({ force: true });
    assert.match(read('out/x'), /messages/u);
    const input = join(root, 'in.jsonl');
    await assert.rejects(run({ output: input, force: true }), InvalidInputError);
    await assert.rejects(run({ output: root, force: true }), InvalidInputError);
    await assert.rejects(run({ output: join(root, '.openline/x') }), InvalidInputError);
    assert.equal(read('in.jsonl'), PAIRS);
  });

  it('that is interrupted leaves nothing behind', async () => {
    put('in.jsonl', PAIRS);
    await assert.rejects(run({ stop: AbortSignal.abort() }), ExportInterruptedError);
    assert.deepEqual(readdirSync(join(root, 'out')), []);
  });

  it('of a file that is still written takes whole lines alone', async () => {
    const path = put('in.jsonl', `${PAIRS}{"prompt":"half","response":"a li`);
    const report = await run({
      source: { path, bytes: readFileSync(path).length, growing: true, run: 'r', sample: true },
    });
    assert.deepEqual([report.records, report.rejected], [2, {}]);
    const upToFirst = PAIRS.indexOf('\n') + 1;
    const before = await run({ source: { path, bytes: upToFirst, growing: true, run: 'r', sample: true } });
    assert.equal(before.records, 1);
    const card = parseJson(read('out/x.card.json'));
    assert.ok(isJsonObject(card) && card['sample'] === true);
  });
});
