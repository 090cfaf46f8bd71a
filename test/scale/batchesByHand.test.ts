/** Requests that a person carries: written to files, answered elsewhere, brought back. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';
import { makeWorkspace, type Workspace } from '../faults/workspace.ts';
import { validate } from '../support/batchRules.ts';
import { createSampleAnswers, startModelServer } from '../support/modelServer.ts';

const CHAT = '/v1/chat/completions';

/** Answers a file as `vllm run-batch` does. @param some which of its requests */
async function answer(path: string, results: string, some: (index: number) => boolean = () => true): Promise<number> {
  const { proper } = createSampleAnswers();
  const { requests, errors } = validate(readFileSync(path, 'utf8'), CHAT, 50_000);
  assert.deepEqual(errors, []);
  const lines: JsonObject[] = [];
  for (const [index, { customId, body }] of requests.entries()) {
    if (!some(index)) continue;
    const response = { status_code: 200, request_id: `vllm-batch-${index}`, body: await proper(CHAT, body) };
    lines.push({ id: `vllm-${index}`, custom_id: customId, response, error: null });
  }
  writeFileSync(
    results,
    `${lines
      .toReversed()
      .map((line) => JSON.stringify(line))
      .join('\n')}\n`,
  );
  return requests.length;
}

async function within(act: (workspace: Workspace, reference: string) => Promise<void>): Promise<void> {
  const server = await startModelServer();
  const other = makeWorkspace(server.url);
  const done = await other.run('run', 'p.openline.yaml');
  assert.equal(done.status, 0, done.stderr);
  const reference = other.read('data/out.jsonl');
  other.remove();
  await server.close();
  // Nobody listens there: everything goes by hand.
  const workspace = makeWorkspace('http://127.0.0.1:9/v1');
  try {
    await act(workspace, reference);
  } finally {
    workspace.remove();
  }
}

test('a tree of topics goes by hand, a round a level; the bytes are the same', async () => {
  await within(async (workspace, reference) => {
    const begun = await workspace.run('batch', 'export', 'p.openline.yaml', '--output', 'requests.jsonl');
    assert.equal(begun.status, 3, begun.stderr);
    assert.match(begun.stderr, /vllm run-batch -i requests\.jsonl.*openline batch import \d{8}T/su);
    const run = textOf(begun.json?.['run']);
    let requests = join(workspace.folder, 'requests.jsonl');
    let rounds = 0;
    let asked = 0;
    for (; ; rounds += 1) {
      const results = join(workspace.folder, `results-${rounds}.jsonl`);
      asked += await answer(requests, results);
      const next = await workspace.run('batch', 'import', run, results);
      if (next.status === 0) break;
      assert.equal(next.status, 3, next.stderr);
      const { requestFiles } = next.json ?? {};
      assert.ok(Array.isArray(requestFiles) && requestFiles.length === 1);
      requests = textOf(requestFiles[0]);
    }
    assert.equal(rounds, 3);
    assert.equal(asked, 85);
    assert.equal(workspace.read('data/out.jsonl'), reference);
  });
});

test('answers of other requests are refused whole, missing ones stay, the same file may come twice', async () => {
  await within(async (workspace) => {
    const path = (name: string): string => join(workspace.folder, name);
    const begun = await workspace.run('batch', 'export', 'p.openline.yaml', '--output', 'a.jsonl');
    const run = textOf(begun.json?.['run']);
    await answer(path('a.jsonl'), path('a.results.jsonl'));
    const second = await workspace.run('batch', 'import', run, 'a.results.jsonl', '--output', 'b.jsonl');
    assert.equal(second.json?.['awaiting'], 8, second.stderr);
    await answer(path('b.jsonl'), path('b.results.jsonl'), (index) => index % 2 === 0);

    const journal = workspace.journal(run).length;
    const stranger = { custom_id: 'q-of-somebody-else', response: { status_code: 200, body: {} }, error: null };
    writeFileSync(path('wrong.jsonl'), `${workspace.read('b.results.jsonl')}${JSON.stringify(stranger)}\n`);
    const refused = await workspace.run('batch', 'import', run, 'wrong.jsonl');
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /wrong\.jsonl:5: this answers q-of-somebody-else, which run \S+ has not asked/u);
    writeFileSync(path('garbage.jsonl'), 'no JSON\n');
    const garbage = await workspace.run('batch', 'import', run, 'garbage.jsonl');
    assert.match(garbage.stderr, /garbage\.jsonl:1: this is no answer of a batch/u);
    writeFileSync(path('empty.jsonl'), '');
    assert.match((await workspace.run('batch', 'import', run, 'empty.jsonl')).stderr, /there are no answers in it/u);
    assert.equal(workspace.journal(run).length, journal, 'nothing of a wrong file is taken');

    const third = await workspace.run('batch', 'import', run, 'b.results.jsonl', '--output', 'c.jsonl');
    assert.match(third.stderr, /4 answers taken .*4 requests without an answer yet/su);
    const open = idsOf(workspace.read('b.jsonl')).filter((id) => !workspace.read('b.results.jsonl').includes(id));
    assert.equal(open.length, 4);
    const inNext = new Set(idsOf(workspace.read('c.jsonl')));
    assert.ok(
      open.every((id) => inNext.has(id)),
      'what has no answer is in the next file again',
    );

    const lines = workspace.journal(run).length;
    const twice = await workspace.run('batch', 'import', run, 'b.results.jsonl', '--output', 'd.jsonl');
    assert.equal(twice.status, 3, twice.stderr);
    assert.equal(workspace.journal(run).length, lines);
    assert.deepEqual(new Set(idsOf(workspace.read('d.jsonl'))), inNext);
  });
});

function idsOf(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = parseJson(line);
      return isJsonObject(value) ? textOf(value['custom_id']) : '';
    });
}

function textOf(value: unknown): string {
  assert.equal(typeof value, 'string');
  return typeof value === 'string' ? value : '';
}
