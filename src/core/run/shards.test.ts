import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { startModelServer, type ModelServer } from '../../../test/support/modelServer.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { RunSummary } from './events.ts';
import type { RunSettings } from './runJob.ts';
import { resumeRun, startRun, type StartOptions } from './runPipeline.ts';
import { runPaths, runsFolder } from './runFolder.ts';
import { cutPlan } from './shardCut.ts';
import { goesOn } from './shards.ts';

const SIZES = { macroTopics: 6, subtopics: 2, openlines: 3, revisions: 2 };
const http = createHttpFetch();
let server: ModelServer;
let reference: { readonly bytes: string; readonly requests: number };
let root: string;
const folders: string[] = [];

function newRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openline-shards-'));
  folders.push(folder);
  return folder;
}
const warnings: string[] = [];
function settings(profile: object = {}): RunSettings {
  const parsed = endpointProfileSchema.parse({ base_url: server.url, model: 'm', auth: 'none', ...profile });
  const onWarning = (message: string): void => void warnings.push(message);
  return { http, version: 'test', onWarning, profiles: [{ name: 'sample', profile: parsed }] };
}
async function start(options: Partial<StartOptions> = {}): Promise<RunSummary> {
  const plan = options.plan ?? (await openQaPlan(root, SIZES));
  return startRun({ ...settings(), text: 'pipeline', root, mode: 'run', plan, ...options });
}
const folderOf = ({ run }: RunSummary): string => join(runsFolder(root), run ?? '');
const output = (): string => readFileSync(join(root, 'data/open-qa.jsonl'), 'utf8');

before(async () => {
  server = await startModelServer();
  root = newRoot();
  const done = await start();
  assert.equal(done.state, 'done', done.error ?? '');
  reference = { bytes: output(), requests: server.received.length };
  await server.close();
});
beforeEach(async (t) => {
  root = newRoot();
  warnings.length = 0;
  server = await startModelServer();
  if ('after' in t) t.after(() => server.close());
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  await http.close();
});

test('shards ask each their part, and the run makes of their answers the bytes of a run in one process', async () => {
  const begun = await start({ shards: 3 });
  assert.equal(begun.state, 'paused', begun.error ?? '');
  assert.equal(begun.shards, 3);
  assert.equal(existsSync(join(root, 'data/open-qa.jsonl')), false);
  const before = server.received.length;
  assert.ok(before < reference.requests / 4, 'only what stands before the cut has been asked');
  const parts = await Promise.all(
    [2, 0, 1].map((shard) => resumeRun({ ...settings(), folder: folderOf(begun), shard })),
  );
  for (const part of parts) {
    assert.equal(part.state, 'done', part.error ?? '');
    assert.ok(part.requests > reference.requests / 6, 'each has its share of the work');
    assert.deepEqual(part.outputs, []);
  }
  assert.equal(server.received.length, reference.requests);
  const whole = await resumeRun({ ...settings(), folder: folderOf(begun) });
  assert.equal(whole.state, 'done', whole.error ?? '');
  assert.equal(whole.requests, 0);
  assert.equal(output(), reference.bytes);
  assert.equal(server.received.length, reference.requests, 'nothing is asked twice');
  assert.equal(existsSync(join(folderOf(begun), 'shards')), false);
});

test('a shard that is broken off costs its last answers only, and a run goes on whole although shards are missing', async () => {
  const begun = await start({ shards: 2 });
  const folder = folderOf(begun);
  await resumeRun({ ...settings(), folder, shard: 1 });
  const first = join(folder, 'shards/1/1');
  // As after a kill: half a line at the end, nothing told of an end, a lock that nobody holds.
  const journal = readFileSync(join(first, 'journal.jsonl'), 'utf8');
  writeFileSync(join(first, 'journal.jsonl'), journal.slice(0, -200));
  rmSync(join(folder, 'shards/1/done'));
  const lost = 1;
  const again = await resumeRun({ ...settings(), folder, shard: 1 });
  assert.equal(again.requests, lost);
  // A process that was believed dead writes on; nobody minds.
  appendFileSync(join(first, 'journal.jsonl'), 'garbage');
  const whole = await resumeRun({ ...settings(), folder });
  assert.equal(whole.state, 'done', whole.error ?? '');
  assert.equal(output(), reference.bytes);
  assert.equal(server.received.length, reference.requests + lost);
  await assert.rejects(resumeRun({ ...settings(), folder, shard: 0 }), /has no shards \(any more\)/u);
});

test('the limits of an endpoint are divided, and there are no more shards than they allow', async () => {
  const begun = await start({ ...settings({ max_concurrency: 2 }), shards: 5 });
  assert.equal(begun.shards, 2);
  const profile = { max_concurrency: 2 };
  await Promise.all([0, 1].map((shard) => resumeRun({ ...settings(profile), folder: folderOf(begun), shard })));
  assert.ok(server.mostAtOnce <= 2, `${server.mostAtOnce} at once`);
  await assert.rejects(resumeRun({ ...settings(), folder: folderOf(begun), shard: 2 }), InvalidInputError);
});

test('what cannot be divided runs whole and says why', async () => {
  const whole = await start({ shards: 2, limit: 4 });
  assert.equal(whole.state, 'done', whole.error ?? '');
  assert.match(warnings.join('\n'), /not divided into shards: how much is asked/u);
  assert.equal(readdirSync(folderOf(whole)).includes('shards'), false);
  assert.ok(runPaths(folderOf(whole)));
});

test('the cut is behind the first step that yields enough, and reaches as far as records go on alone', async () => {
  const plan = await openQaPlan(root, SIZES);
  const wishes = { shards: 2, limit: null, more: null, budget: {}, profiles: [] };
  const cut = cutPlan(plan, wishes);
  assert.ok(typeof cut !== 'string');
  assert.equal(cut.count, 2);
  const wider = cutPlan(plan, { ...wishes, shards: 50 });
  assert.ok(typeof wider !== 'string');
  assert.notEqual(wider.step, cut.step);
  const gated: Plan = {
    ...plan,
    steps: plan.steps.map((step, index) =>
      index === 0 ? step : { kind: 'shuffle', id: step.id, from: step.from, prefixesKeys: false, seed: 0 },
    ),
  };
  const refused = cutPlan(gated, wishes);
  assert.match(typeof refused === 'string' ? refused : '', /no step that asks stands alone/u);
  for (const key of [[0], [3], [1, 4], [2, 2, 7]]) {
    const next: string = cut.behind[0] ?? '';
    const takers: readonly number[] = [0, 1].filter((index) => goesOn({ cut, index }, cut.step, next, key));
    assert.equal(takers.length, 1, `exactly one shard takes ${key.join('.')}`);
    assert.equal(goesOn({ cut, index: 'trunk' }, cut.step, next, key), false);
  }
});
