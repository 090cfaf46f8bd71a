import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isKnownCluster, noteCluster, readAuthToken } from './authToken.ts';

let home: string;
before(() => {
  home = mkdtempSync(join(tmpdir(), 'openline-token-'));
});
after(() => {
  rmSync(home, { recursive: true });
});

test('the token is where the programs of Ray have it', async () => {
  assert.equal(await readAuthToken({}, home), undefined);
  mkdirSync(join(home, '.ray'));
  writeFileSync(join(home, '.ray', 'auth_token'), 'of the home\n');
  writeFileSync(join(home, 'other'), 'of a file');
  assert.equal(await readAuthToken({}, home), 'of the home');
  assert.equal(await readAuthToken({ RAY_AUTH_TOKEN_PATH: join(home, 'other') }, home), 'of a file');
  assert.equal(await readAuthToken({ RAY_AUTH_TOKEN: ' named ' }, home), 'named');
  assert.equal(await readAuthToken({ RAY_AUTH_TOKEN: 'named', RAY_AUTH_MODE: 'disabled' }, home), undefined);
});

test('a cluster is known when the user has named it; another port of the machine is another cluster', async () => {
  const approvals = join(home, 'approvals.json');
  assert.equal(await isKnownCluster('http://head:8265', approvals), false);
  await noteCluster('http://head:8265/', approvals);
  assert.equal(await isKnownCluster('http://head:8265', approvals), true);
  assert.equal(await isKnownCluster('http://head:8266', approvals), false);
});
