/** Runs on a real Ray cluster: the bytes of a run on this machine, nothing asked twice, whatever happens to its nodes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkspace, PIPELINE, type Finished, type Workspace } from '../faults/workspace.ts';
import { startModelServer, type ModelServer } from '../support/modelServer.ts';
import { startRayCluster, type RayCluster } from '../support/rayCluster.ts';

/** Requests under way at once, in all shards together. */
const AT_ONCE = 4;

let server: ModelServer;
let delayMs = 0;
let workspace: Workspace;
let reference: { readonly output: string; readonly requests: number };

before(async () => {
  server = await startModelServer(() => ({ delayMs }));
  const local = makeWorkspace(server.url);
  const done = await local.run('run', 'p.openline.yaml');
  assert.equal(done.status, 0, done.stderr);
  reference = { output: local.read('data/out.jsonl'), requests: server.received.length };
  local.remove();
  await server.close();
});

async function open(delay: number): Promise<void> {
  delayMs = delay;
  server = await startModelServer(() => ({ delayMs }));
  workspace = makeWorkspace(server.url, { pipeline: PIPELINE, profile: { max_concurrency: AT_ONCE } });
}

async function close(): Promise<void> {
  workspace.remove();
  await server.close();
}

function assertWhole({ status, stderr, json }: Finished, askedAgain: number): void {
  assert.equal(status, 0, stderr);
  assert.equal(json?.['state'], 'done');
  assert.equal(workspace.read('data/out.jsonl'), reference.output, 'the bytes are those of a run in one process');
  const again = server.received.length - reference.requests;
  assert.ok(again >= 0 && again <= askedAgain, `${again} requests are asked again, of at most ${askedAgain} in flight`);
}

test('processes without any cluster: one is killed, begins again, and the run has the bytes of one process', async () => {
  await open(20);
  const begun = await workspace.run('run', 'p.openline.yaml', '--shards', '2');
  assert.equal(begun.status, 3, begun.stderr);
  const [run = ''] = workspace.runs();
  const early = workspace.start('resume', run, '--shard', '0');
  const other = workspace.start('resume', run, '--shard', '1');
  const enough = reference.requests / 2;
  while (server.received.length < enough) await sleep(5);
  early.process.kill('SIGKILL');
  await early.finished;
  const [again, second] = await Promise.all([workspace.run('resume', run, '--shard', '0'), other.finished]);
  assert.equal(again.status, 0, again.stderr);
  assert.equal(second.status, 0, second.stderr);
  const whole = await workspace.run('resume', run);
  assertWhole(whole, AT_ONCE / 2);
  assert.equal(whole.json?.['requests'], 0);
  assert.ok(server.mostAtOnce <= AT_ONCE, `${server.mostAtOnce} at once`);
  await close();
});

describe('on Ray', { skip: process.env['OPENLINE_WITHOUT_RAY'] ?? false }, () => {
  let cluster: RayCluster;
  let storage: string;
  before(async () => {
    storage = mkdtempSync(join(tmpdir(), 'openline-storage-'));
    cluster = await startRayCluster(2, 1);
  });
  after(() => {
    cluster.stop();
    rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  });

  function submit(): ReturnType<Workspace['start']> {
    const where = ['--address', cluster.address, '--storage', storage, '--node', process.execPath];
    return workspace.start('ray', 'submit', 'p.openline.yaml', ...where, '--shards', '2', '--cpus', '0.5');
  }

  test('who leaves a job comes back to it; a node that dies costs what was in flight on it', async () => {
    await open(300);
    const submitted = submit();
    // What is in front of the cut is past: both shards are under way.
    while (server.received.length < reference.requests / 2) {
      if (submitted.process.exitCode !== null) break;
      await sleep(20);
    }
    submitted.process.kill('SIGINT');
    const left = await submitted.finished;
    assert.equal(left.status, 130, left.stderr);
    assert.match(left.stderr, /openline ray attach openline-/u);
    cluster.killNode(1);
    const job = 'latest';
    const status = await workspace.run('ray', 'status', job);
    assert.match(status.stdout, /RUNNING/u);
    const done = await workspace.run('ray', 'attach', job);
    assertWhole(done, AT_ONCE);
    assert.ok(server.mostAtOnce <= AT_ONCE, `${server.mostAtOnce} at once`);
    const [run = ''] = workspace.runs();
    assert.equal(done.json?.['run'], run, 'the run is among those of this workspace');
    assert.equal(existsSync(join(workspace.runFolder(run), 'shards')), false);
    const again = await workspace.run('run', 'p.openline.yaml');
    assert.equal(again.json?.['reused'], reference.requests, 'a run here takes its answers over');
    await close();
  });

  test('a job that is stopped goes on later, here or on the cluster', async () => {
    await open(300);
    const submitted = submit();
    while (server.received.length < reference.requests / 2) {
      if (submitted.process.exitCode !== null) break;
      await sleep(20);
    }
    const stopped = await workspace.run('ray', 'stop', 'latest');
    assert.equal(stopped.status, 0, stopped.stderr);
    const ended = await submitted.finished;
    assert.equal(ended.status, 130, ended.stderr);
    const [run = ''] = workspace.runs();
    assert.match(ended.stdout, new RegExp(`openline resume ${run}`, 'u'));
    delayMs = 0;
    assertWhole(await workspace.run('resume', run), AT_ONCE);
    await close();
  });
});

test('a cluster that is not there, and one that is another, are told in plain words', async () => {
  await open(0);
  const nobody = await workspace.run(
    'ray',
    'submit',
    'p.openline.yaml',
    '--address',
    'http://127.0.0.1:9',
    '--storage',
    '/tmp',
  );
  assert.equal(nobody.status, 1);
  assert.match(nobody.stderr, /no Ray cluster to be reached at http:\/\/127\.0\.0\.1:9 .*dashboard/u);
  const other = createServer((_, response) => {
    response.end('{"version":"9","ray_version":"7.0.0"}');
  });
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const refused = await workspace.run('ray', 'submit', 'p.openline.yaml', '--address', address, '--storage', '/tmp');
  other.close();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /Ray 7\.0\.0 .* version 9 of the Jobs API; Openline speaks version 4/u);
  const relative = await workspace.run('ray', 'submit', 'p.openline.yaml', '--address', address, '--storage', 'here');
  assert.equal(relative.status, 2);
  assert.match(relative.stderr, /--storage takes the absolute path/u);
  assert.deepEqual(workspace.runs(), []);
  assert.equal(server.received.length, 0);
  await close();
});
