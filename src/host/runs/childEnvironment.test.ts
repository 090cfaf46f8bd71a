import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment, type NetworkSettings } from './childEnvironment.ts';

const plain: NetworkSettings = { proxy: '', noProxy: [], strictSsl: true, systemCertificates: true };

test('the proxy of the settings reaches the child', () => {
  const environment = childEnvironment(
    { PATH: '/bin' },
    { ...plain, proxy: 'http://proxy:3128', noProxy: ['localhost', '.intra'] },
  );
  assert.equal(environment['HTTPS_PROXY'], 'http://proxy:3128');
  assert.equal(environment['HTTP_PROXY'], 'http://proxy:3128');
  assert.equal(environment['NO_PROXY'], 'localhost,.intra');
  assert.equal(environment['PATH'], '/bin');
});

test('a proxy that the environment names already stays, also in small letters', () => {
  const environment = childEnvironment({ https_proxy: 'http://own:1' }, { ...plain, proxy: 'http://other:2' });
  assert.equal(environment['https_proxy'], 'http://own:1');
  assert.equal(environment['HTTPS_PROXY'], undefined);
});

test('the child runs as Node, checks certificates unless told otherwise, and knows the system ones', () => {
  const strict = childEnvironment({}, plain);
  assert.equal(strict['ELECTRON_RUN_AS_NODE'], '1');
  assert.equal(strict['NODE_TLS_REJECT_UNAUTHORIZED'], undefined);
  assert.equal(strict['NODE_USE_SYSTEM_CA'], '1');
  assert.equal(childEnvironment({}, { ...plain, strictSsl: false })['NODE_TLS_REJECT_UNAUTHORIZED'], '0');
});
