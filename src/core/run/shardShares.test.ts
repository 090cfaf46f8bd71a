import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openShares, type Sharers } from './shardShares.ts';

test('a shard that ends leaves its slots to the others at once, and its rate a minute later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'openline-shares-'));
  const files = ['0', '1', '2'].map((name) => join(folder, name));
  const [first = '', second = ''] = files;
  const shares = await openShares(files, 5);
  try {
    assert.deepEqual(shares.first, { now: 3, lately: 3 });
    let heard = Promise.withResolvers<Sharers>();
    shares.watch((sharers) => {
      heard.resolve(sharers);
    });
    writeFileSync(first, '');
    assert.deepEqual(await heard.promise, { now: 2, lately: 3 });
    heard = Promise.withResolvers();
    const aMinuteAgo = Date.now() / 1000 - 61;
    utimesSync(first, aMinuteAgo, aMinuteAgo);
    assert.deepEqual(await heard.promise, { now: 2, lately: 2 });
    heard = Promise.withResolvers();
    writeFileSync(second, '');
    assert.deepEqual(await heard.promise, { now: 1, lately: 2 });
    assert.deepEqual((await openShares(files)).first, { now: 1, lately: 2 }, 'who begins now has the same share');
  } finally {
    shares.close();
    rmSync(folder, { recursive: true });
  }
});
