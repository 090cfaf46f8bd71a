/** Runs in shards, and clusters that cannot be used: the bytes of a run on this machine, nothing asked twice, whatever happens to a shard. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { AT_ONCE, makeReference, withScene, type Reference } from './support/scene.ts';

let reference: Reference;
before(async () => {
  reference = await makeReference();
});

test('processes without any cluster: one is killed, begins again, and the run has the bytes of one process', async () => {
  await withScene(reference, { reply: { delayMs: 20 } }, async (scene) => {
    const { workspace } = scene;
    const begun = await workspace.run('run', 'p.openline.yaml', '--shards', '2');
    assert.equal(begun.status, 3, begun.stderr);
    const [run = ''] = workspace.runs();
    const early = workspace.start('resume', run, '--shard', '0');
    const other = workspace.start('resume', run, '--shard', '1');
    await scene.halfway(early);
    early.process.kill('SIGKILL');
    await early.finished;
    const [again, second] = await Promise.all([workspace.run('resume', run, '--shard', '0'), other.finished]);
    assert.equal(again.status, 0, again.stderr);
    assert.equal(second.status, 0, second.stderr);
    const whole = await workspace.run('resume', run);
    scene.assertWhole(whole, AT_ONCE / 2);
    assert.equal(whole.json?.['requests'], 0);
  });
});

test('a cluster that is not there, and one that is another, are told in plain words', async () => {
  await withScene(reference, {}, async ({ workspace, server }) => {
    const submit = (address: string, storage = '/tmp'): ReturnType<typeof workspace.run> =>
      workspace.run('ray', 'submit', 'p.openline.yaml', '--address', address, '--storage', storage);
    const nobody = await submit('http://127.0.0.1:9');
    assert.equal(nobody.status, 1);
    assert.match(nobody.stderr, /no Ray cluster to be reached at http:\/\/127\.0\.0\.1:9 .*dashboard/u);
    const other = createServer((_, response) => {
      response.end('{"version":"9","ray_version":"7.0.0"}');
    });
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const refused = await submit(address);
    other.close();
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /Ray 7\.0\.0 .* version 9 of the Jobs API; Openline speaks version 4/u);
    const relative = await submit(address, 'here');
    assert.equal(relative.status, 2);
    assert.match(relative.stderr, /--storage takes the absolute path/u);
    assert.deepEqual(workspace.runs(), []);
    assert.equal(server.received.length, 0);
  });
});

test('a job that a workspace came with gets neither token nor variables', async () => {
  const asked: (string | undefined)[] = [];
  const stranger = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end('{"status":"STOPPED"}');
  });
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const secrets = { RAY_AUTH_TOKEN: 'secret-token', SOME_KEY: 'secret-key' };
  await withScene(reference, { env: secrets }, async ({ workspace }) => {
    const job = 'openline-20260101T000000000-abcd';
    const saved = { job, submission: job, address, storage: '/tmp', entrypoint: 'true', package: 'gcs://x.zip' };
    const folder = join(workspace.folder, '.openline/cache/ray');
    mkdirSync(folder, { recursive: true });
    const more = { packages: [], variables: ['SOME_KEY'] };
    writeFileSync(join(folder, `${job}.json`), JSON.stringify({ ...saved, ...more }));
    const resumed = await workspace.run('ray', 'resume', 'latest');
    assert.equal(resumed.status, 2, resumed.stderr);
    assert.match(resumed.stderr, /hands over SOME_KEY\. Name the cluster .*--address http/u);
    assert.deepEqual([...new Set(asked)], [undefined]);
  });
  stranger.close();
});
