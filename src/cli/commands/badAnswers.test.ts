/** What services and profiles do wrong costs the record alone, and its reject names endpoint, field and record. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { startModelServer } from '../../../test/support/modelServer.ts';
import { parseJson } from '../../core/record/json.ts';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));
const summarySchema = z.object({ records: z.number(), discarded: z.number() });
const rejectSchema = z.object({ id: z.string(), step: z.string(), reason: z.string(), message: z.string() });

/** Runs a step over three questions; the service goes wrong where the second is asked. */
async function runStep(context: TestContext, step: string) {
  const server = await startModelServer(({ body, path }) => {
    if (!JSON.stringify(body).includes('second')) return {};
    return path.endsWith('/embeddings')
      ? { raw: '{"object":"list","model":"e","data":[{"index":0,"object":"embedding","embedding":[1,2,3]}]}' }
      : { raw: '{"object":"chat.completion","model":"m"}' };
  });
  context.after(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'openline-bad-'));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, '.openline'));
  const fields = `base_url: "${server.url}", model: m, auth: none, retries: 0`;
  const strings = 'formatter: { user: { before: "U:" }, assistant: { before: "A:" } }';
  await writeFile(
    join(folder, '.openline', 'endpoints.yaml'),
    `endpoints:\n  house: { ${fields} }\n  raw: { kind: openai-completions, ${fields}, ${strings} }\n`,
  );
  await writeFile(join(folder, 'in.jsonl'), '{"q":"first"}\n{"q":"second"}\n{"q":"third"}\n');
  await writeFile(
    join(folder, 'bad.openline.yaml'),
    `openline: 1\nendpoint: house\nsteps:\n  - { id: source, read: { files: in.jsonl } }\n  - id: asked\n    ${step}\noutput: out.jsonl\n`,
  );
  let [out, err] = ['', ''];
  const status = await commandLine(['run', 'bad.openline.yaml', '--json'], {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    env: { HOME: folder },
    cwd: folder,
    library: LIBRARY,
    version: '0',
    stop: new AbortController().signal,
  });
  const [run = ''] = await readdir(join(folder, '.openline', 'runs'));
  const rejects = await readFile(join(folder, '.openline', 'runs', run, 'rejects.jsonl'), 'utf8');
  return {
    status,
    err,
    summary: summarySchema.parse(parseJson(out)),
    rejects: rejects.split('\n').flatMap((line) => (line === '' ? [] : [rejectSchema.parse(parseJson(line))])),
  };
}

const QUESTION =
  'generate: { prompt: { text: "Say {q}", system: "You are brief." }, bind: { q: q }, expect: { text: out }';

test('an answer without choices costs its record alone', async (context) => {
  const { status, summary, rejects } = await runStep(context, `${QUESTION} }`);
  assert.deepEqual([status, summary.records, summary.discarded], [0, 2, 1]);
  assert.deepEqual([rejects[0]?.id, rejects[0]?.step], ['1', 'asked']);
  assert.match(rejects[0]?.message ?? '', /^Endpoint house: .*no `choices`/u);
});

test('turns that do not fit the formatter are told for each record', async (context) => {
  const { summary, rejects } = await runStep(context, `${QUESTION}, endpoint: raw }`);
  assert.deepEqual([summary.records, summary.discarded], [0, 3]);
  assert.deepEqual(
    rejects.map(({ id }) => id),
    ['0', '1', '2'],
  );
  assert.match(
    rejects[0]?.message ?? '',
    /^Endpoint raw: .*does not fit the formatter.*no place for a system message/u,
  );
});

test('a reward answer without scores names model and endpoint', async (context) => {
  const { summary, rejects } = await runStep(context, 'reward: { model: chatty, prompt: q, response: q }');
  assert.deepEqual([summary.records, summary.discarded], [0, 3]);
  const told = rejects.find(({ reason }) => reason === 'no-scores');
  assert.match(told?.message ?? '', /the model chatty at the endpoint house has no scores/u);
});

test('vectors of several lengths stay, and the person is told by whom and of which records', async (context) => {
  const { summary, err } = await runStep(context, 'embed: { model: e, field: q, into: v, batch_size: 1 }');
  assert.deepEqual([summary.records, summary.discarded], [3, 0]);
  assert.match(
    err,
    /step asked: the endpoint house gave vectors of different lengths, which cannot be compared \(.*1 of 3 numbers, such as record 1/u,
  );
});
