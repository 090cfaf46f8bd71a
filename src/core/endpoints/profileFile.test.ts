import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidInputError } from '../errors.ts';
import { parseEndpoints, readEndpointsFile } from './profileFile.ts';

/** What is wrong with a file, as a person reads it. */
function complaintsAbout(text: string): string {
  try {
    parseEndpoints('endpoints.yaml', text);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return '';
}

test('profiles come in the order of the file, with defaults filled in', () => {
  const profiles = parseEndpoints(
    'endpoints.yaml',
    'endpoints:\n  zeta: { base_url: "http://localhost:8000/v1", model: m }\n  alpha: { kind: sample, sample: { latency_ms: 5 } }\n',
  );
  assert.deepEqual(
    profiles.map(({ name }) => name),
    ['zeta', 'alpha'],
  );
  assert.deepEqual(
    [profiles[0]?.profile.auth, profiles[0]?.profile.timeout_s, profiles[0]?.profile.kind],
    ['bearer', 600, 'openai'],
  );
  assert.equal(profiles[1]?.profile.sample?.latency_ms, 5);
});

test('an empty file and no file have no profiles', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'endpoints.yaml'), '# nothing yet\n');
  assert.deepEqual(await readEndpointsFile(join(folder, 'endpoints.yaml')), []);
  assert.deepEqual(await readEndpointsFile(join(folder, 'missing.yaml')), []);
});

const one = (field: string) => `endpoints:\n  mine:\n    base_url: http://localhost:8000/v1\n    ${field}\n`;

for (const [name, text, told] of [
  ['an unknown field', one('modle: x'), /endpoints\.yaml:4:5: .*`modle`.*model/u],
  ['an unknown kind', one('kind: open-ai'), /endpoints\.yaml:4:11: .*openai/u],
  ['a base URL without scheme', 'endpoints:\n  mine:\n    base_url: localhost:8000/v1\n', /:3:15: .*http:\/\//u],
  [
    'a password in the base URL',
    'endpoints:\n  mine:\n    base_url: https://me:secret@host/v1\n',
    /:3:15: .*no user name or password/u,
  ],
  ['no base URL', 'endpoints:\n  mine: { model: m }\n', /:2:3: .*needs a `base_url`/u],
  ['a key among the headers', one('headers: { Authorization: Bearer x }'), /:4:14: .*`auth`/u],
  ['a negative number', one('timeout_s: -1'), /:4:16: /u],
  ['something that is no variable', one('api_key_env: sk-123'), /:4:18: .*environment variable/u],
  ['the built-in name', 'endpoints:\n  sample: { kind: sample }\n', /:2:3: .*built-in/u],
  ['sample options of another kind', one('sample: { seed: 1 }'), /:4:5: /u],
] as const) {
  test(`${name} is told with its line and column`, () => {
    assert.match(complaintsAbout(text), told);
  });
}
