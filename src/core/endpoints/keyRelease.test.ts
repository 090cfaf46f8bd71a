import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidInputError } from '../errors.ts';
import { addApproval, readApprovals } from './approvals.ts';
import { keyFromEnvironment, keyRelease } from './keyRelease.ts';
import { ENDPOINT_PRESETS } from './presets.ts';
import { endpointProfileSchema } from './profile.ts';

const question = { presets: ENDPOINT_PRESETS, approvals: [] };

test('a variable goes to the service it belongs to', () => {
  assert.equal(keyRelease({ ...question, origin: 'https://api.openai.com', variable: 'OPENAI_API_KEY' }), 'preset');
});

for (const [origin, variable] of [
  ['https://api.openai.com.evil.example', 'OPENAI_API_KEY'],
  ['http://api.openai.com', 'OPENAI_API_KEY'],
  ['https://api.openai.com:8443', 'OPENAI_API_KEY'],
  ['https://api.openai.com', 'AWS_SECRET_ACCESS_KEY'],
  ['https://resource.openai.azure.com', 'AZURE_OPENAI_API_KEY'],
  ['https://anybody.openai.azure.com', 'AZURE_OPENAI_API_KEY'],
] as const) {
  test(`${variable} does not go to ${origin} without being asked`, () => {
    assert.equal(keyRelease({ ...question, origin, variable }), 'refused');
  });
}

test('an approval holds for its origin and its variable only', () => {
  const approvals = [{ origin: 'https://models.example', variable: 'MY_KEY' }];
  const release = (origin: string, variable: string) => keyRelease({ ...question, approvals, origin, variable });
  assert.equal(release('https://models.example', 'MY_KEY'), 'approved');
  assert.equal(release('https://models.example', 'OTHER_KEY'), 'refused');
  assert.equal(release('https://other.example', 'MY_KEY'), 'refused');
});

test('a variable named on the command line is meant', () => {
  const asked = { ...question, origin: 'https://models.example', variable: 'MY_KEY' };
  assert.equal(keyRelease({ ...asked, given: 'MY_KEY' }), 'given');
  assert.equal(keyRelease({ ...asked, given: 'OTHER_KEY' }), 'refused');
});

test('a key is read for an approved variable; for another the refusal tells the command, and nothing is read', () => {
  const read: string[] = [];
  const lookup = {
    ...question,
    name: 'mine',
    profile: endpointProfileSchema.parse({ base_url: 'https://models.example/v1', api_key_env: 'MY_KEY' }),
    environment: (variable: string) => {
      read.push(variable);
      return ' the key\n';
    },
  };
  assert.throws(
    () => keyFromEnvironment(lookup),
    (error) => error instanceof InvalidInputError && error.message.includes('openline endpoints approve mine'),
  );
  assert.deepEqual(read, []);
  const approvals = [{ origin: 'https://models.example', variable: 'MY_KEY' }];
  assert.equal(keyFromEnvironment({ ...lookup, approvals }), 'the key');
});

test('approvals are kept in a file for their owner alone, each once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'openline', 'approvals.json');
  assert.deepEqual(await readApprovals(file), []);
  const approval = { origin: 'https://models.example', variable: 'MY_KEY' };
  await addApproval(file, approval);
  await addApproval(file, { ...approval, variable: 'OTHER' });
  await addApproval(file, approval);
  assert.deepEqual(await readApprovals(file), [{ ...approval, variable: 'OTHER' }, approval]);
  assert.equal((await stat(file)).mode & 0o077, 0);
  assert.doesNotMatch(await readFile(file, 'utf8'), /undefined/u);
});

test('a file that is no list of approvals is told, not overwritten', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'approvals.json');
  await writeFile(file, 'gibberish');
  await assert.rejects(addApproval(file, { origin: 'https://a.example', variable: 'A' }), InvalidInputError);
  assert.equal(await readFile(file, 'utf8'), 'gibberish');
});

test('every preset makes a valid profile', () => {
  for (const preset of ENDPOINT_PRESETS) {
    const { kind, baseUrl, auth, maxTokensField, keyVariable } = preset;
    const profile = {
      kind,
      base_url: baseUrl,
      auth,
      max_tokens_field: maxTokensField,
      ...(keyVariable === null ? {} : { api_key_env: keyVariable }),
    };
    assert.ok(endpointProfileSchema.safeParse(profile).success, preset.id);
  }
  assert.equal(new Set(ENDPOINT_PRESETS.map(({ id }) => id)).size, ENDPOINT_PRESETS.length);
});
