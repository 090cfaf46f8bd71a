import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as z from 'zod';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import { parseJson } from '../record/json.ts';
import type { RunSnapshot, RunSummary } from './events.ts';
import { readRunFile, runPaths, runsFolder, type RunPaths } from './runFolder.ts';
import type { RunSettings } from './runJob.ts';
import { resumeRun, startRun } from './runPipeline.ts';
import { STOP_GRACE_MS, StopRequest } from './stopping.ts';

const http = createHttpFetch();
const root = mkdtempSync(join(tmpdir(), 'openline-stopping-'));
after(async () => {
  rmSync(root, { recursive: true, force: true });
  await http.close();
});

/** A run of a model that takes `latency` milliseconds for an answer; `act` is told of its progress. */
async function run(latency: number, act: (snapshot: RunSnapshot) => void, signals: Partial<RunSettings>) {
  const plan = await openQaPlan(root, { macroTopics: 3, subtopics: 2, openlines: 3, revisions: 2 });
  const summary = await startRun({
    ...settings(latency),
    ...signals,
    ...{ text: 'pipeline', root, mode: 'run', plan, fresh: true, onProgress: act },
  });
  return { summary, paths: runPaths(join(runsFolder(root), summary.run ?? '')) };
}

function settings(latency: number): RunSettings {
  const profile = endpointProfileSchema.parse({ kind: 'sample', sample: { latency_ms: latency } });
  return { http, version: 'test', profiles: [{ name: 'sample', profile }] };
}

const answersOf = (paths: RunPaths): number =>
  readFileSync(paths.journal, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"answer"')).length;

async function goOn(paths: RunPaths, onProgress?: (snapshot: RunSnapshot) => void): Promise<RunSummary> {
  const watched = onProgress === undefined ? {} : { onProgress };
  const resumed = await resumeRun({ ...settings(1), ...watched, folder: paths.folder });
  assert.equal((await readRunFile(paths)).stop, null);
  return resumed;
}

test('a run that is paused takes the answers that are on their way, however long they take, and asks nothing more', async () => {
  const stop = new AbortController();
  const seen = new Set<string>();
  // The sample endpoint takes half of that at least.
  const { summary, paths } = await run(
    2 * STOP_GRACE_MS + 400,
    ({ state, stop: how, inFlight }) => {
      seen.add(`${state} ${how ?? ''}`);
      if (inFlight === 1) stop.abort(new StopRequest('pause'));
    },
    { stop: stop.signal },
  );
  assert.ok(seen.has('running pause'), [...seen].join(', '));
  assert.deepEqual([summary.state, summary.requests, answersOf(paths)], ['interrupted', 1, 1]);
  assert.equal((await readRunFile(paths)).stop, 'pause');
  const { requests, tokens, seconds } = (await readRunFile(paths)).totals;
  const told: RunSnapshot[] = [];
  const resumed = await goOn(paths, (snapshot) => told.push(snapshot));
  assert.deepEqual([resumed.state, resumed.replayed], ['done', 1]);
  // From the first moment on a person is told what the run has taken in all, as it is told when it is done.
  const [first, last] = [told[0], told.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  assert.ok(first.requests >= requests && first.elapsedSeconds >= seconds && first.tokens.prompt >= tokens.prompt);
  const { totals } = await readRunFile(paths);
  assert.equal(totals.requests, requests + resumed.requests);
  assert.deepEqual([last.requests, last.tokens], [totals.requests, totals.tokens]);
});

test('a run that is cancelled waits for nothing, even if it was being paused; it can still be taken up', async () => {
  const [stop, giveUp] = [new AbortController(), new AbortController()];
  const began = Date.now();
  const { summary, paths } = await run(
    3_600_000,
    ({ stop: how, inFlight }) => {
      if (how === 'pause') giveUp.abort(new StopRequest('cancel'));
      else if (inFlight === 1) stop.abort(new StopRequest('pause'));
    },
    { stop: stop.signal, giveUp: giveUp.signal },
  );
  assert.ok(Date.now() - began < 3_000_000, 'it waited for the answer');
  assert.deepEqual([summary.state, summary.requests, answersOf(paths)], ['interrupted', 0, 0]);
  assert.equal((await readRunFile(paths)).stop, 'cancel');
  const { steps } = z
    .object({ steps: z.array(z.object({ in: z.number(), done: z.number() })) })
    .parse(parseJson(readFileSync(paths.report, 'utf8')));
  assert.deepEqual(steps[0], { in: 1, done: 0 }, 'what was given up was not done');
  assert.equal((await goOn(paths)).state, 'done');
});
