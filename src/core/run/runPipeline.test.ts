import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { InvalidInputError } from '../errors.ts';
import type { Plan } from '../pipeline/plan.ts';
import { isJsonObject, parseJson, type JsonObject } from '../record/json.ts';
import type { RunSnapshot, RunSummary } from './events.ts';
import { ForeignOutputError, OutsideWorkspaceError } from './output.ts';
import type { RunSettings } from './runJob.ts';
import { resumeRun, startRun, type StartOptions } from './runPipeline.ts';
import { runPaths, runsFolder } from './runFolder.ts';

const SIZES = { macroTopics: 3, subtopics: 2, openlines: 3, revisions: 2 };
/** 1 + 3 + (3·2 + 3) + 9·3 */
const REQUESTS = 40;
const RECORDS = 54;

const http = createHttpFetch();
const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-run-'));
  folders.push(root);
});
after(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  await http.close();
});

function settings(sample: JsonObject = {}): RunSettings {
  return {
    http,
    version: 'test',
    profiles: [{ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample', sample }) }],
  };
}

async function run(options: Partial<StartOptions> & { sample?: JsonObject } = {}): Promise<RunSummary> {
  const { sample, ...rest } = options;
  const plan = options.plan ?? (await openQaPlan(root, SIZES));
  return startRun({ ...settings(sample), text: 'pipeline', root, mode: 'run', plan, ...rest });
}

const output = (): string => readFileSync(join(root, 'data/open-qa.jsonl'), 'utf8');
const lines = (text: string): JsonObject[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = parseJson(line);
      assert.ok(isJsonObject(value), line);
      return value;
    });
const idOf = (record: JsonObject): string => (typeof record['id'] === 'string' ? record['id'] : '');
const folderOf = (summary: RunSummary): string => join(runsFolder(root), summary.run ?? '');

test('a run makes the records in the order of their keys, with its card, lineage and report', async () => {
  const summary = await run({ concurrency: 7 });
  assert.equal(summary.state, 'done');
  assert.deepEqual([summary.records, summary.requests, summary.reused], [RECORDS, REQUESTS, 0]);
  const ids = lines(output()).map((record) => idOf(record));
  const tuples = ids.map((id) => id.split('.').map(Number));
  // Subtopics (source 0) stand before the macro topics (source 1); within both, index by index.
  const sorted = [...tuples].sort((a, b) => {
    const at = a.findIndex((part, index) => part !== b[index]);
    return (a[at] ?? 0) - (b[at] ?? 0);
  });
  assert.deepEqual(tuples, sorted);
  assert.deepEqual(Object.keys(lines(output())[0] ?? {}), ['id', 'prompt', 'openline', 'topic']);
  const card = parseJson(readFileSync(join(root, 'data/open-qa.jsonl.card.json'), 'utf8'));
  assert.ok(isJsonObject(card) && card['records'] === RECORDS && card['sample'] === true);
  const lineage = lines(readFileSync(runPaths(folderOf(summary)).lineage, 'utf8'));
  assert.deepEqual(
    lineage.map((entry) => entry['id']),
    ids,
  );
  assert.deepEqual(
    (lineage[0]?.['steps'] as JsonObject[]).map((step) => step['step']),
    ['macro_topics', 'subtopics', 'openlines', 'revisions'],
  );
  assert.ok(!existsSync(runPaths(folderOf(summary)).lock), 'the lock is gone');
});

test('the same pipeline again asks nothing and gives the same bytes', async () => {
  await run();
  const first = output();
  const again = await run();
  assert.deepEqual([again.requests, again.reused, again.records], [0, REQUESTS, RECORDS]);
  assert.equal(output(), first);
});

test('a changed last step pays only for itself; the runs before may be deleted', async () => {
  const first = await run();
  const changed = await openQaPlan(root, { ...SIZES, revisions: 1 });
  const second = await run({ plan: changed });
  assert.deepEqual([second.requests, second.reused], [27, REQUESTS - 27]);
  rmSync(folderOf(first), { recursive: true });
  const third = await run({ plan: changed });
  assert.deepEqual([third.requests, third.reused], [0, REQUESTS]);
});

test('fresh takes nothing over', async () => {
  await run();
  assert.equal((await run({ fresh: true })).requests, REQUESTS);
});

test('a preview makes three records without touching the output, and the run takes its answers over', async () => {
  const preview = await run({ mode: 'preview' });
  assert.equal(preview.records, 3);
  // One macro topic's subtopics, one subtopic's openlines, two openlines' revisions: nothing more is paid for.
  assert.equal(preview.requests, 5);
  assert.ok(!existsSync(join(root, 'data')));
  assert.equal(lines(readFileSync(preview.outputs[0] ?? '', 'utf8')).length, 3);
  const whole = await run();
  assert.equal(whole.requests + whole.reused, REQUESTS);
  assert.ok(whole.reused === 5);
});

test('a run that was stopped resumes with the same bytes and asks nothing twice', async () => {
  await run({ fresh: true });
  const reference = output();
  const controller = new AbortController();
  const stopped = await run({
    fresh: true,
    concurrency: 2,
    sample: { latency_ms: 40 },
    stop: controller.signal,
    onProgress: (snapshot: RunSnapshot) => {
      if (snapshot.requests >= 5) controller.abort();
    },
  });
  assert.equal(stopped.state, 'interrupted');
  assert.ok(stopped.requests < REQUESTS, 'it was not stopped early enough to show anything');
  const resumed = await resumeRun({ ...settings({ latency_ms: 1 }), folder: folderOf(stopped) });
  assert.equal(resumed.state, 'done');
  assert.equal(resumed.replayed, stopped.requests);
  assert.equal(resumed.requests, REQUESTS - stopped.requests);
  assert.equal(output(), reference);
  await assert.rejects(resumeRun({ ...settings(), folder: folderOf(stopped) }), InvalidInputError);
});

test('a limit gives the first records of the whole', async () => {
  await run();
  const whole = output();
  const some = await run({ limit: 5, fresh: true, concurrency: 1 });
  assert.equal(some.state, 'done');
  assert.equal(output(), `${whole.split('\n').slice(0, 5).join('\n')}\n`);
  assert.ok(some.requests < REQUESTS);
});

test('more adds new records behind those there were', async () => {
  await run();
  const more = await run({ more: 10 });
  assert.equal(more.records, RECORDS + 10);
  const ids = lines(output()).map((record) => idOf(record));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(
    ids.slice(0, RECORDS).every((id) => id.startsWith('0.')) && ids.slice(RECORDS).every((id) => id.startsWith('1.')),
  );
  assert.equal(more.reused, REQUESTS);
});

test('a budget pauses the run before it is passed, and a larger one lets it end', async () => {
  const paused = await run({ budget: { requests: 12 }, concurrency: 4 });
  assert.deepEqual([paused.state, paused.requests], ['paused', 12]);
  assert.ok(!existsSync(join(root, 'data/open-qa.jsonl')));
  const resumed = await resumeRun({ ...settings(), folder: folderOf(paused), budget: { requests: 1000 } });
  assert.deepEqual([resumed.state, resumed.replayed, resumed.requests], ['done', 12, REQUESTS - 12]);
});

test('faults that pass are tried again and leave no trace in the output', async () => {
  const calm = await run({ fresh: true });
  const reference = output();
  assert.equal(calm.retries, 0);
  const shaky = await run({ fresh: true, sample: { fault_rate: 0.15 } });
  assert.equal(shaky.state, 'done');
  assert.ok(shaky.retries > 0);
  assert.equal(output(), reference);
});

test('a file that Openline did not write, or that was edited since, is not overwritten unless forced', async () => {
  await run();
  writeFileSync(join(root, 'data/open-qa.jsonl'), `${output()}{"mine":true}\n`);
  await assert.rejects(run(), ForeignOutputError);
  assert.match(output(), /"mine":true/u);
  await run({ force: true });
  assert.doesNotMatch(output(), /"mine":true/u);
});

test('a file that came in the way while the run was going on is not overwritten either', async () => {
  const failed = await run({
    onStarted: () => {
      mkdirSync(join(root, 'data'));
      writeFileSync(join(root, 'data/open-qa.jsonl'), 'mine\n');
    },
  });
  assert.equal(failed.state, 'failed');
  assert.match(failed.error ?? '', /was not written by Openline/u);
  assert.equal(output(), 'mine\n');
  const folder = folderOf(failed);
  await assert.rejects(resumeRun({ ...settings(), folder }), ForeignOutputError);
  const resumed = await resumeRun({ ...settings(), folder, force: true });
  assert.deepEqual([resumed.state, resumed.requests, resumed.records], ['done', 0, RECORDS]);
  assert.equal(lines(output()).length, RECORDS);
});

test('an output outside the workspace needs a yes', async () => {
  const plan = await openQaPlan(root, SIZES);
  const outside = mkdtempSync(join(tmpdir(), 'openline-outside-'));
  folders.push(outside);
  const [only] = plan.outputs;
  assert.ok(only);
  const elsewhere: Plan = { ...plan, outputs: [{ ...only, path: join(outside, 'x.jsonl'), outside: true }] };
  await assert.rejects(run({ plan: elsewhere }), OutsideWorkspaceError);
  assert.deepEqual(readdirSync(root), [], 'nothing was written');
  assert.equal((await run({ plan: elsewhere, allowOutside: true })).state, 'done');
});

test('a run that writes outside goes on where it was started; one that came with a folder needs a yes', async () => {
  const plan = await openQaPlan(root, SIZES);
  const outside = mkdtempSync(join(tmpdir(), 'openline-outside-'));
  folders.push(outside);
  const [only] = plan.outputs;
  assert.ok(only);
  // The plan of a run that somebody prepared says whatever that person likes.
  const path = join(outside, 'x.jsonl');
  const elsewhere: Plan = { ...plan, outputs: [{ ...only, path, outside: false }] };
  const paused = await run({ plan: elsewhere, budget: { requests: 2 } });
  const copy = join(outside, 'clone');
  cpSync(root, copy, { recursive: true });
  const folder = join(runsFolder(copy), paused.run ?? '');
  await assert.rejects(resumeRun({ ...settings(), folder }), (error) => {
    assert.ok(error instanceof OutsideWorkspaceError && error.isForeignRun);
    return error.path === path;
  });
  assert.ok(!existsSync(path));
  assert.equal((await resumeRun({ ...settings(), folder: folderOf(paused) })).state, 'done');
  assert.ok(existsSync(path));
  assert.equal((await resumeRun({ ...settings(), folder, allowOutside: true, force: true })).state, 'done');
});

test('a run whose outputs are named as paths is not resumed, whoever made it', async () => {
  const paused = await run({ budget: { requests: 2 } });
  const { run: path } = runPaths(folderOf(paused));
  const file = JSON.parse(readFileSync(path, 'utf8')) as { plan: string; planHash: string };
  const name = '../../../../stray';
  const foreign = file.plan.replace(/"outputs":\[\{[^}]*\}/u, (outputs) =>
    outputs.replace(/"name":"[^"]*"/u, `"name":"${name}"`),
  );
  assert.ok(foreign.includes(name));
  const planHash = createHash('sha256').update(foreign).digest('hex');
  writeFileSync(path, JSON.stringify({ ...file, mode: 'preview', plan: foreign, planHash }));
  await assert.rejects(resumeRun({ ...settings(), folder: folderOf(paused) }), /names an output/u);
  assert.ok(!readdirSync(root).some((entry) => entry.startsWith('stray')));
});

test('two runs never write one output at the same time', async () => {
  const [first, second] = await Promise.allSettled([
    run({ fresh: true, sample: { latency_ms: 1 } }),
    run({ fresh: true, sample: { latency_ms: 1 } }),
  ]);
  const refused = [first, second].filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 1);
  assert.ok(refused[0]?.status === 'rejected' && refused[0].reason instanceof InvalidInputError);
});

test('garbage is rejected with its reason and counted, the rest arrives', async () => {
  const summary = await run({ sample: { garbage_rate: 0.5, seed: 3 }, fresh: true });
  assert.ok(summary.discarded > 0 && summary.records > 0 && summary.records < RECORDS);
  const rejects = lines(readFileSync(runPaths(folderOf(summary)).rejects, 'utf8'));
  assert.equal(rejects.length, summary.discarded);
  assert.ok(rejects.every((reject) => typeof reject['reason'] === 'string' && typeof reject['step'] === 'string'));
  // The report tells the first of each cause.
  const [report = {}] = lines(JSON.stringify(parseJson(readFileSync(runPaths(folderOf(summary)).report, 'utf8'))));
  const firsts = new Map<string, object>();
  for (const { step, reason, id: key, message } of rejects) {
    const cause = JSON.stringify([step, reason]);
    if (!firsts.has(cause)) firsts.set(cause, { step, key, reason, message });
  }
  assert.deepEqual(report['failures'], [...firsts.values()]);
});

test('the lock of another machine is respected, and the message says how to go on when that one is gone', async () => {
  const failed = await run({ budget: { requests: 2 } });
  const { lock, folder } = runPaths(folderOf(failed));
  writeFileSync(lock, JSON.stringify({ host: 'container-1', pid: 7, started: '1', run: failed.run }));
  await assert.rejects(resumeRun({ ...settings(), folder }), (error) => {
    assert.ok(error instanceof InvalidInputError);
    assert.match(error.message, /container-1/u);
    return error.message.endsWith(`remove ${lock}`);
  });
});
