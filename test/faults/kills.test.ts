/**
 * Kills a run at random instants, resumes it, kills it again, and compares what comes out with an undisturbed run.
 * `OPENLINE_KILLS` says how many cases (default 20); `OPENLINE_SEED` with which one to begin.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { canonicalJson } from '../../src/core/record/json.ts';
import { startModelServer, type ModelServer } from '../support/modelServer.ts';
import { makeWorkspace, seeded, type Workspace } from './workspace.ts';

const CASES = Number(process.env['OPENLINE_KILLS'] ?? 20);
const FIRST_SEED = Number(process.env['OPENLINE_SEED'] ?? 1);
const CONCURRENCIES = ['1', '7', '64'];
/** A run that is killed more often than this is left alone, so that every case ends. */
const MOST_KILLS = 3;

let reference: { output: string; requests: number; seconds: number };

/** Answers after a few milliseconds, depending on the question alone. */
function startService(): Promise<ModelServer> {
  return startModelServer((request) => ({ delayMs: Number.parseInt(request.hash.slice(0, 2), 16) / 24 }));
}

before(async () => {
  const server = await startService();
  const workspace = makeWorkspace(server.url);
  const started = performance.now();
  const done = await workspace.run('run', 'p.openline.yaml', '--concurrency', '7');
  assert.equal(done.status, 0, done.stderr);
  reference = {
    output: workspace.read('data/out.jsonl'),
    requests: server.received.length,
    seconds: (performance.now() - started) / 1000,
  };
  assert.ok(reference.output.split('\n').length > 100, 'the reference run made too little to say anything');
  workspace.remove();
  await server.close();
});

let server: ModelServer;
let workspace: Workspace;
after(() => {
  workspace.remove();
});

for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed += 1) {
  test(`killed and resumed, case ${seed}: same bytes, nothing journalled is asked again`, async () => {
    const random = seeded(seed);
    server = await startService();
    workspace = makeWorkspace(server.url);
    let allowed = 0;
    try {
      for (let kills = 0; ; kills += 1) {
        const concurrency = CONCURRENCIES[Math.floor(random() * CONCURRENCIES.length)] ?? '7';
        // A run that was killed before it had told what it is has asked nothing.
        const run = workspace.runs().find((id) => existsSync(`${workspace.runFolder(id)}/run.json`));
        const journalled = new Set(
          run === undefined ? [] : workspace.journal(run).map((line) => JSON.stringify(line['request'])),
        );
        const asked = server.received.length;
        const running =
          run !== undefined
            ? workspace.start('resume', run, '--concurrency', concurrency)
            : workspace.start('run', 'p.openline.yaml', '--concurrency', concurrency);
        const last = kills >= MOST_KILLS;
        // A little longer than a whole run, so that the last moments (rename, card) are hit as well.
        if (!last) void sleep(random() * reference.seconds * 1100).then(() => running.process.kill('SIGKILL'));
        const finished = await running.finished;
        const again = server.received.slice(asked).filter((request) => journalled.has(canonicalJson(request.body)));
        assert.deepEqual(
          again.map((request) => request.body),
          [],
          'a journalled request was sent again',
        );
        if (finished.signal === null) {
          const complete = finished.stderr.includes('is complete');
          assert.ok(
            finished.status === 0 || (run !== undefined && complete),
            `status ${finished.status}: ${finished.stderr}`,
          );
          break;
        }
        allowed += Number(concurrency);
      }
      assert.equal(workspace.read('data/out.jsonl'), reference.output);
      assert.ok(existsSync(`${workspace.output}.card.json`), 'the card is there');
      assert.ok(
        server.received.length <= reference.requests + allowed,
        `${server.received.length} requests, ${reference.requests} needed, ${allowed} may have been in flight`,
      );
    } finally {
      workspace.remove();
      await server.close();
    }
  });
}
