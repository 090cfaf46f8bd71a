import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { startModelServer, type ModelServer, type Script } from '../../../test/support/modelServer.ts';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import type { Ask, Plan } from '../pipeline/plan.ts';
import type { RunSettings } from './runJob.ts';
import { resumeRun, startRun } from './runPipeline.ts';
import { runsFolder } from './runFolder.ts';

const SIZES = { macroTopics: 2, subtopics: 2, openlines: 2, revisions: 2 };
const http = createHttpFetch();
let root: string;
let first: ModelServer;
let second: ModelServer;
let firstScript: Script;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'openline-fallback-'));
  firstScript = () => ({});
  first = await startModelServer((request) => firstScript(request));
  second = await startModelServer();
});
afterEach(async () => {
  await first.close();
  await second.close();
  rmSync(root, { recursive: true, force: true });
});
after(() => http.close());

function settings(): RunSettings {
  const profile = (name: string, url: string) => ({
    name,
    profile: endpointProfileSchema.parse({ base_url: url, auth: 'none', retries: 0 }),
  });
  return { http, version: 'test', profiles: [profile('first', first.url), profile('second', second.url)] };
}

/** The open Q&A plan, asking the first service and falling back on the second. */
async function plan(): Promise<Plan> {
  const made = await openQaPlan(root, SIZES);
  const fallback: Ask = { endpoint: 'second', model: 'other-model', generation: {} };
  const ask: Ask = { endpoint: 'first', model: 'test-model', generation: {}, fallback: [fallback] };
  const steps = made.steps.map((step) => (step.kind === 'generate' ? { ...step, ask } : step));
  return { ...made, steps, endpoints: ['first', 'second', 'sample'].slice(0, 2) };
}

const run = async (more: object = {}) =>
  startRun({ ...settings(), plan: await plan(), text: '', root, mode: 'run', concurrency: 2, ...more });
const output = (): string => readFileSync(join(root, 'data/open-qa.jsonl'), 'utf8');

test('a question that the first service refuses for good is put to the second, and to nobody twice', async () => {
  firstScript = (request) =>
    request.hash.startsWith('1') || JSON.stringify(request.body).includes('revis') ? { status: 422, raw: '{}' } : {};
  const done = await run();
  assert.deepEqual([done.state, done.discarded], ['done', 0]);
  assert.ok(second.received.length > 0);
  assert.ok(second.received.every((request) => request.body['model'] === 'other-model'));
  const asked = first.received.length + second.received.length;
  const again = await run();
  // The refusals are asked again by a new run, the answers are not.
  assert.equal(second.received.length + first.received.length - asked, again.requests);
  assert.equal(output().split('\n').length > 1, true);
});

test('when the first service is stopped, the second takes over for everything', async () => {
  firstScript = () => ({ status: 401, raw: '{"error":{"message":"no"}}' });
  const done = await run();
  assert.equal(done.state, 'done');
  assert.ok(first.received.length <= 2, `${first.received.length} requests to a service that refuses the key`);
  assert.ok(second.received.length >= 17);
});

test('a run that falls back resumes with the same bytes and asks nobody again', async () => {
  firstScript = (request) =>
    Number.parseInt(request.hash.slice(0, 1), 16) % 2 === 0 ? { status: 422, raw: '{}' } : {};
  const whole = await run();
  const reference = output();
  const paused = await run({ fresh: true, budget: { requests: 9 } });
  assert.equal(paused.state, 'paused');
  const before = first.received.length + second.received.length;
  const resumed = await resumeRun({ ...settings(), folder: join(runsFolder(root), paused.run ?? ''), budget: {} });
  assert.equal(resumed.state, 'done');
  assert.equal(output(), reference);
  const sent = first.received.length + second.received.length - before;
  assert.ok(sent < whole.requests, 'everything was asked again');
});

test('a target repeats the plan until there are so many records, and gives up when the cap is reached', async () => {
  const made = await plan();
  const done = await run({ plan: { ...made, target: { records: 30 } }, fresh: true });
  assert.deepEqual([done.state, done.records], ['done', 30]);
  const ids = output()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  assert.equal(new Set(ids).size, 30);
  assert.ok(ids[0]?.startsWith('0.') === true && ids[29]?.startsWith('1.') === true);
  const capped = await run({ plan: { ...made, target: { records: 1000, maxRequests: 40 } }, fresh: true });
  assert.equal(capped.state, 'paused');
  assert.match(capped.error ?? '', /40/u);
});
