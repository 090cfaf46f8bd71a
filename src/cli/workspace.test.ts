import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { addApproval } from '../core/endpoints/approvals.ts';
import { endpointProfileSchema, type NamedProfile } from '../core/endpoints/profile.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { Surroundings } from './console.ts';
import { readOptions } from './options.ts';
import { approvalsFile, withKeys } from './workspace.ts';

const named = (name: string, fields: object): NamedProfile => ({ name, profile: endpointProfileSchema.parse(fields) });

const PROFILES = [
  named('pool', { kind: 'pool', replicas: ['one', 'two'] }),
  named('one', { base_url: 'http://one.test/v1', api_key_env: 'KEY_ONE' }),
  named('two', { base_url: 'http://two.test/v1', api_key_env: 'KEY_TWO' }),
  named('three', { base_url: 'http://three.test/v1', api_key_env: 'KEY_THREE' }),
];

test('each replica of a pool gets the key of its own origin, and only where that was approved', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(home, { recursive: true }));
  const around: Surroundings = {
    ...{ out: { write: () => true }, err: { write: () => true }, cwd: home, library: '', version: '0' },
    env: { XDG_CONFIG_HOME: home, KEY_ONE: 'first', KEY_TWO: 'second', KEY_THREE: 'third' },
    stop: new AbortController().signal,
  };
  const keysOf = async (...args: string[]) => {
    const found = await withKeys(PROFILES, ['pool'], readOptions(args, ['api-key-env']), around);
    return found.map(({ key }) => key);
  };
  const refused = (error: unknown): boolean =>
    error instanceof InvalidInputError && error.message.includes('endpoints approve');
  await assert.rejects(keysOf(), refused);
  await addApproval(approvalsFile(around), { origin: 'http://one.test', variable: 'KEY_ONE' });
  await assert.rejects(keysOf(), refused);
  // A variable on the command line is meant for the replica that names it, not for all of them.
  assert.deepEqual(await keysOf('--api-key-env', 'KEY_TWO'), [undefined, 'first', 'second', undefined]);
});
