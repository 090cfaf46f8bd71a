import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fileSystem from 'node:fs/promises';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { LockedError, takeLock, thisProcess } from './lock.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-lock-'));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('of many who want a lock at once exactly one gets it, and the next gets it after release', async () => {
  const path = join(folder, 'a.lock');
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => takeLock(path, `run-${index}`)));
  const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(won.length, 1);
  await won[0]?.release();
  await (await takeLock(path, 'next')).release();
  assert.deepEqual(readdirSync(folder), []);
});

test('the lock of a process that is gone is taken over; that of a living one is respected', async () => {
  const path = join(folder, 'b.lock');
  const gone = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: gone, started: '1', run: 'old' }));
  const lock = await takeLock(path, 'new');
  await assert.rejects(takeLock(path, 'other'), (error) => error instanceof LockedError && error.holder.run === 'new');
  await lock.release();
});

test('a process id that was given to another process since does not count as alive', async () => {
  const path = join(folder, 'c.lock');
  const me = thisProcess();
  if (me.started === null) return;
  writeFileSync(path, JSON.stringify({ ...me, started: `${me.started}0`, run: 'old' }));
  await (await takeLock(path, 'new')).release();
});

test('a lock of another host is never taken over', async () => {
  const path = join(folder, 'd.lock');
  writeFileSync(path, JSON.stringify({ host: 'elsewhere', pid: 1, started: null, run: 'far' }));
  await assert.rejects(takeLock(path, 'new'), LockedError);
});

test('a lock that was torn while it was written does not block for ever', async () => {
  const path = join(folder, 'e.lock');
  writeFileSync(path, '{"host":');
  await (await takeLock(path, 'new')).release();
});

test('on a file system without hard links the same run is taken once, too', async () => {
  const path = join(folder, 'f.lock');
  const { link } = fileSystem;
  fileSystem.link = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
  syncBuiltinESMExports();
  try {
    const lock = await takeLock(path, 'run');
    await assert.rejects(takeLock(path, 'run'), LockedError);
    await lock.release();
    await (await takeLock(path, 'run')).release();
  } finally {
    fileSystem.link = link;
    syncBuiltinESMExports();
  }
});
