import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch, type HttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { isJsonObject, parseJson } from '../record/json.ts';
import type { RunSettings } from './runJob.ts';
import { runPaths, runsFolder } from './runFolder.ts';
import { resumeRun, startRun } from './runPipeline.ts';

const SIZES = { macroTopics: 3, subtopics: 2, openlines: 3, revisions: 2 };

const http = createHttpFetch();
const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-budget-'));
  folders.push(root);
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  await http.close();
});

/** Requests that went out, by the journal: each has a line of its own, answered or not. */
function sentBy(folder: string): number {
  const lines = readFileSync(runPaths(folder).journal, 'utf8').trimEnd().split('\n');
  return lines.filter((line) => /"kind":"(?:answer|attempt)"/u.test(line)).length;
}

async function start(settings: RunSettings): Promise<{ state: string; folder: string }> {
  const plan = await openQaPlan(root, SIZES);
  const summary = await startRun({ ...settings, text: '', root, mode: 'run', plan });
  return { state: summary.state, folder: join(runsFolder(root), summary.run ?? '') };
}

test('requests that were sent again count against the budget of a run that is taken up again', async () => {
  const profile = endpointProfileSchema.parse({ kind: 'sample', sample: { fault_rate: 0.4 } });
  const settings: RunSettings = { http, version: 'test', profiles: [{ name: 'sample', profile }], concurrency: 2 };
  const { state, folder } = await start({ ...settings, budget: { requests: 12 } });
  assert.equal(state, 'paused');
  assert.equal(sentBy(folder), 12);
  assert.match(readFileSync(runPaths(folder).journal, 'utf8'), /"kind":"attempt"/u, 'nothing failed: no test');
  const report = parseJson(readFileSync(runPaths(folder).report, 'utf8'));
  assert.deepEqual(
    isJsonObject(report) ? report['budget'] : undefined,
    [{ limit: 'requests', amount: 12, used: 12 }],
    'how much was used is still told when nobody works on the run',
  );
  const again = await resumeRun({ ...settings, folder, budget: { requests: 12 } });
  assert.equal(again.state, 'paused');
  assert.equal(sentBy(folder), 12);
  await resumeRun({ ...settings, folder, budget: { requests: 20 } });
  assert.equal(sentBy(folder), 20);
  assert.equal((await resumeRun({ ...settings, folder })).state, 'done');
});

/** Answers everything with a list, and never says what it took. */
function serviceWithoutUsage(): HttpFetch & { requests: number } {
  const headers = new Headers({ 'content-type': 'application/json' });
  const message = { role: 'assistant', content: '1. one\n2. two\n3. three' };
  const text = JSON.stringify({ id: 'x', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] });
  const service = {
    requests: 0,
    fetch: (): Promise<Response> => {
      service.requests += 1;
      return Promise.resolve(new Response(text, { status: 200, headers }));
    },
    transfer: () => Promise.reject(new Error('nothing is transferred here')),
    download: () => Promise.reject(new Error('nothing is downloaded')),
    close: () => Promise.resolve(),
  };
  return service;
}

test('answers whose service does not count count as the most they can have taken, in the next process, too', async () => {
  const service = serviceWithoutUsage();
  const profile = endpointProfileSchema.parse({ base_url: 'http://127.0.0.1:1/v1', auth: 'none' });
  const settings: RunSettings = { http: service, version: 'test', profiles: [{ name: 'sample', profile }] };
  const budget = { tokens: 25_000 };
  const { state, folder } = await start({ ...settings, budget });
  assert.equal(state, 'paused');
  const { requests } = service;
  assert.ok(requests > 0 && requests < 40, `${requests} requests`);
  assert.equal((await resumeRun({ ...settings, folder, budget })).state, 'paused');
  assert.equal(service.requests, requests);
});

test('what a pool has cost counts in the next process, too, at the prices of its replicas', async () => {
  const prices = { prompt: 1000, completion: 1000 };
  const one = { name: 'one', profile: endpointProfileSchema.parse({ kind: 'sample', prices }) };
  const pool = { name: 'sample', profile: endpointProfileSchema.parse({ kind: 'pool', replicas: ['one'] }) };
  const settings: RunSettings = { http, version: 'test', profiles: [pool, one], concurrency: 2 };
  const budget = { cost: 6 };
  const { state, folder } = await start({ ...settings, budget });
  assert.equal(state, 'paused');
  assert.ok(sentBy(folder) > 2, 'nothing was spent: no test');
  const again = await resumeRun({ ...settings, folder, budget });
  assert.deepEqual([again.state, again.requests], ['paused', 0]);
});

test('the time of a process that was killed counts, although it wrote no totals', async () => {
  const profile = endpointProfileSchema.parse({ kind: 'sample' });
  const settings: RunSettings = { http, version: 'test', profiles: [{ name: 'sample', profile }] };
  const { folder } = await start({ ...settings, budget: { requests: 5 } });
  const paths = runPaths(folder);
  writeFileSync(paths.run, readFileSync(paths.run, 'utf8').replace('"state": "paused"', '"state": "running"'));
  const lastAnswer = statSync(paths.journal).mtimeMs / 1000;
  utimesSync(paths.run, lastAnswer - 600, lastAnswer - 600);
  const again = await resumeRun({ ...settings, folder, budget: { minutes: 9 } });
  assert.deepEqual([again.state, again.requests], ['paused', 0]);
  assert.equal((await resumeRun({ ...settings, folder, budget: { minutes: 20 } })).state, 'done');
});
