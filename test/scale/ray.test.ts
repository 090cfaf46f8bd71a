/** Runs on a real cluster of Ray: the bytes of a run on this machine, nothing asked twice, whatever happens to its nodes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Running, Workspace } from '../faults/workspace.ts';
import { startBucketService } from '../support/bucketService.ts';
import { startRayCluster, type RayCluster } from '../support/rayCluster.ts';
import { AT_ONCE, makeReference, withScene, type Reference } from './support/scene.ts';

/** Of all tests here together, in milliseconds. */
const PATIENCE = 900_000;
/** Long enough for a node to die in the middle of things. */
const SLOW = { delayMs: 300 };

describe('on Ray', { skip: process.env['OPENLINE_WITHOUT_RAY'] ?? false, timeout: PATIENCE }, () => {
  let cluster: RayCluster;
  let reference: Reference;
  let storage: string;
  /** The command's environment; its own home, so that the clusters that it has been told of are these. */
  let env: Readonly<Record<string, string>>;
  before(async () => {
    storage = mkdtempSync(join(tmpdir(), 'openline-storage-'));
    cluster = await startRayCluster(2, 1);
    env = { ...cluster.environment, XDG_CONFIG_HOME: join(storage, 'config') };
    reference = await makeReference();
  });
  after(() => {
    cluster.stop();
    rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  });

  function submit(workspace: Workspace, ...more: readonly string[]): Running {
    const where = ['--address', cluster.address, '--storage', storage, '--node', process.execPath];
    return workspace.start('ray', 'submit', 'p.openline.yaml', ...where, '--cpus', '0.5', '--shards', '2', ...more);
  }

  test('who leaves a job comes back to it; nothing is asked twice', async () => {
    await withScene(reference, { env }, async (scene) => {
      const { workspace, server } = scene;
      const submitted = submit(workspace, '--shards', '3');
      await scene.halfway(submitted);
      submitted.process.kill('SIGINT');
      const left = await submitted.finished;
      assert.equal(left.status, 130, left.stderr);
      assert.match(left.stderr, /openline ray attach openline-/u);
      const done = await workspace.run('ray', 'attach', 'latest');
      scene.assertWhole(done, 0);
      assert.equal(server.answered, reference.requests);
      const [run = ''] = workspace.runs();
      assert.equal(done.json?.['run'], run, 'the run is among those of this workspace');
      assert.equal(existsSync(join(workspace.runFolder(run), 'shards')), false);
      const again = await workspace.run('run', 'p.openline.yaml');
      assert.equal(again.json?.['reused'], reference.requests, 'a run here takes its answers over');
    });
  });

  test('a node that dies costs what was in flight on it', async () => {
    await withScene(reference, { env, reply: SLOW }, async (scene) => {
      const { workspace } = scene;
      const submitted = submit(workspace);
      // What is in front of the cut is past: both shards are under way.
      await scene.halfway(submitted);
      cluster.killNode(1);
      scene.assertWhole(await submitted.finished, AT_ONCE);
    });
  });

  test('a shard that gets no answer any more is ended; the job begins again with what there is', async () => {
    await withScene(reference, { env, reply: SLOW }, async (scene) => {
      const submitted = submit(scene.workspace, '--stall-minutes', '0.05');
      await scene.halfway(submitted);
      scene.reply = { fault: 'hang' };
      const ended = await submitted.finished;
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, /Shard \d: .*has had no answer for 0\.05 minutes .*--stall-minutes/u);
      assert.match(ended.stdout, /openline ray resume openline-/u);
      scene.reply = {};
      scene.assertWhole(await scene.workspace.run('ray', 'resume', 'latest'), AT_ONCE);
    });
  });

  test('storage that the nodes do not share is told before anything is asked', async (context) => {
    if (!existsSync('/proc/self/cwd')) {
      context.skip('a path that is another folder on each node is made with /proc');
      return;
    }
    await withScene(reference, { env }, async ({ workspace, server }) => {
      // Beside the folder into which each node unpacks the job.
      const ended = await submit(workspace, '--storage', '/proc/self/cwd/../shared').finished;
      assert.equal(ended.status, 1, ended.stderr);
      assert.match(ended.stderr, /\/proc\/self\/cwd\/\.\.\/shared is not shared: node [\d.]+ does not see/u);
      assert.equal(server.received.length, 0);
    });
  });

  test('a job that is stopped goes on later', async () => {
    await withScene(reference, { env, reply: SLOW }, async (scene) => {
      const { workspace } = scene;
      const submitted = submit(workspace);
      await scene.halfway(submitted);
      const stopped = await workspace.run('ray', 'stop', 'latest');
      assert.equal(stopped.status, 0, stopped.stderr);
      const ended = await submitted.finished;
      assert.equal(ended.status, 130, ended.stderr);
      const [run = ''] = workspace.runs();
      assert.match(ended.stdout, new RegExp(`openline resume ${run}`, 'u'));
      scene.reply = {};
      scene.assertWhole(await workspace.run('resume', run), AT_ONCE);
    });
  });

  test('a job for which no node has room says so, and goes on when one comes', async () => {
    cluster.killNode(0);
    await withScene(reference, { env }, async (scene) => {
      const submitted = submit(scene.workspace);
      const waits = Promise.withResolvers<undefined>();
      submitted.process.stderr?.on('data', (text: Buffer) => {
        if (text.toString().includes('no node of the cluster has 0.5 CPUs')) waits.resolve(undefined);
      });
      await Promise.race([waits.promise, submitted.finished]);
      await cluster.addNode();
      const done = await submitted.finished;
      assert.match(done.stderr, /no node of the cluster has 0\.5 CPUs .*--cpus/u);
      scene.assertWhole(done, 0);
    });
  });

  test('a bucket stands for a folder that is shared: a node dies, whoever was gone comes back', async () => {
    const service = await startBucketService('training-data');
    try {
      const spare = await cluster.addNode();
      await withScene(reference, { env: { ...env, ...service.environment }, reply: SLOW }, async (scene) => {
        const { workspace } = scene;
        const passed = Object.keys(service.environment).flatMap((name) => ['--pass-env', name]);
        const submitted = submit(workspace, '--storage', 's3://training-data/some/folder', ...passed);
        await scene.halfway(submitted);
        submitted.process.kill('SIGINT');
        assert.equal((await submitted.finished).status, 130);
        cluster.killNode(spare);
        // What was in flight there, and what it had answered since its journal last went up.
        scene.assertWhole(await workspace.run('ray', 'attach', 'latest'), 6 * AT_ONCE);
        const again = await workspace.run('run', 'p.openline.yaml');
        assert.equal(again.json?.['reused'], reference.requests, 'its answers are here');
      });
    } finally {
      service.stop();
    }
  });
});
