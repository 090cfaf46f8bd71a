import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBatchServer } from '../../../test/support/batchServer.ts';
import { startModelServer } from '../../../test/support/modelServer.ts';
import { openQaPlan } from '../../../test/support/openQaPlan.ts';
import { createHttpFetch } from '../endpoints/httpFetch.ts';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import type { RunSnapshot } from './events.ts';
import { openJournal } from './journalUsage.ts';
import { readRunFile, runPaths, runsFolder } from './runFolder.ts';
import { startRun } from './runPipeline.ts';

test('of a run that asks in batches and at once every token is counted once', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'openline-passes-'));
  const http = createHttpFetch();
  const batches = await startBatchServer();
  const atOnce = await startModelServer();
  context.after(async () => {
    await Promise.all([batches.close(), atOnce.close(), http.close()]);
    rmSync(root, { recursive: true });
  });
  const profile = (name: string, url: string, more: object = {}) => {
    return { name, profile: endpointProfileSchema.parse({ base_url: url, auth: 'none', ...more }) };
  };
  const made = await openQaPlan(root, { macroTopics: 2, subtopics: 2, openlines: 2, revisions: 2 });
  const steps = made.steps.map((step) => {
    const endpoint = step.id === 'revisions' ? 'at-once' : 'batches';
    return step.kind === 'generate' ? { ...step, ask: { endpoint, model: 'test-model', generation: {} } } : step;
  });
  let last: RunSnapshot | undefined;
  const summary = await startRun({
    ...{ http, version: 'test', text: '', root, mode: 'run' },
    profiles: [
      profile('batches', batches.url, { mode: 'batch', batch: { poll_s: 0.02 } }),
      profile('at-once', atOnce.url),
    ],
    plan: { ...made, steps, endpoints: ['batches', 'at-once'] },
    onProgress: (snapshot) => {
      last = snapshot;
    },
  });
  assert.equal(summary.state, 'done', summary.error ?? '');
  assert.ok(batches.batches.length > 0 && atOnce.received.length > 0);
  const paths = runPaths(join(runsFolder(root), summary.run ?? ''));
  const { totals } = await readRunFile(paths);
  const { usage } = openJournal(paths.journal);
  const sum = (of: (step: (typeof usage)[number]) => number): number => usage.reduce((all, step) => all + of(step), 0);
  const tokens = { prompt: sum(({ prompt }) => prompt), completion: sum(({ completion }) => completion) };
  assert.deepEqual([totals.tokens, totals.requests], [tokens, sum(({ requests }) => requests)]);
  assert.deepEqual([last?.tokens, last?.requests], [totals.tokens, totals.requests]);
});
