import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SecretStorage } from 'vscode';
import { KeyStore, originOf } from './keyStore.ts';

/** Secret storage in memory. */
function memory(): SecretStorage & { readonly held: ReadonlyMap<string, string> } {
  const held = new Map<string, string>();
  return {
    held,
    keys: () => Promise.resolve([...held.keys()]),
    get: (key) => Promise.resolve(held.get(key)),
    store: (key, value) => {
      held.set(key, value);
      return Promise.resolve();
    },
    delete: (key) => {
      held.delete(key);
      return Promise.resolve();
    },
    onDidChange: () => ({ dispose: () => undefined }),
  };
}

test('a key is given to the origin it was entered for, whatever the path, and to no other', async () => {
  const keys = new KeyStore(memory());
  await keys.set('https://models.example/v1', 'secret');
  assert.equal(await keys.get('https://models.example/v1'), 'secret');
  assert.equal(await keys.get('https://MODELS.example:443/other/path'), 'secret');
  for (const other of [
    'http://models.example/v1',
    'https://models.example:8443/v1',
    'https://models.example.attacker.test/v1',
    'https://attacker.test/v1?x=models.example',
    'https://models.example@attacker.test/v1',
    'nonsense',
    undefined,
  ]) {
    assert.equal(await keys.get(other), undefined, other);
  }
});

test('an empty key forgets the old one', async () => {
  const secrets = memory();
  const keys = new KeyStore(secrets);
  await keys.set('http://localhost:8000/v1', 'secret');
  await keys.set('http://localhost:8000', '');
  assert.equal(secrets.held.size, 0);
});

test('what is no web address has no origin', () => {
  assert.equal(originOf('file:///etc/passwd'), undefined);
  assert.equal(originOf('http://localhost:8000/v1'), 'http://localhost:8000');
});
