import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InvalidInputError } from '../errors.ts';
import { checkEndpoints, parseEndpoints, readEndpointsFile } from './profileFile.ts';

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

test('an editor is told of replicas that are nowhere; those of another place will do', () => {
  const text = 'endpoints:\n  near: { kind: sample }\n  both: { kind: pool, replicas: [near, far] }\n';
  const far = parseEndpoints('settings', 'endpoints:\n  far: { kind: sample }\n');
  assert.deepEqual(checkEndpoints('endpoints.yaml', text, far), []);
  const [mistake] = checkEndpoints('endpoints.yaml', text, []);
  assert.match(mistake?.message ?? '', /the pool both names far, which no profile is called/u);
  assert.deepEqual([mistake?.position?.line, mistake?.position?.column], [3, 33]);
  assert.match(checkEndpoints('endpoints.yaml', text.replace('pool', 'poll'), far)[0]?.message ?? '', /kind/u);
});

test('an empty file and no file have no profiles', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'endpoints.yaml'), '# nothing yet\n');
  assert.deepEqual(await readEndpointsFile(join(folder, 'endpoints.yaml')), { profiles: [], broken: [] });
  assert.deepEqual(await readEndpointsFile(join(folder, 'missing.yaml')), { profiles: [], broken: [] });
});

test('a profile with a mistake leaves the others alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'endpoints.yaml');
  const text = `default: good
endpoints:
  good: { base_url: "http://h/v1", model: m }
  typo: { base_ulr: "http://h/v1" }
  bare: {}
  both: { kind: pool, replicas: [good, typo] }
  other: { kind: sample }
`;
  await writeFile(path, text);
  const { profiles, broken } = await readEndpointsFile(path);
  assert.deepEqual(
    profiles.map(({ name }) => name),
    ['good', 'both', 'other'],
  );
  assert.deepEqual(
    broken.map(({ name, diagnostics }) => [name, diagnostics[0]?.position?.line]),
    [
      ['typo', 4],
      ['bare', 5],
    ],
  );
  // The pool is not told of on top of the replica that is broken.
  assert.deepEqual(
    checkEndpoints('endpoints.yaml', text, []).map(({ position }) => position?.line),
    [4, 5],
  );
  await writeFile(path, text.replace('endpoints:', 'endpionts:'));
  await assert.rejects(readEndpointsFile(path), /endpoints\.yaml:2:1: .*did you mean `endpoints`/u);
});

test('harmless query parameters are no secrets', () => {
  const text = 'endpoints:\n  a: { base_url: "http://h/v1", query: { api-version: "2024-10-21", max_tokens: "5" } }\n';
  assert.equal(complaintsAbout(text), '');
});

test('the path of a tokenizer is relative to the file, else to the workspace', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'openline-'));
  t.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, '.openline/here'), { recursive: true });
  await mkdir(join(root, 'models/llama'), { recursive: true });
  const profile = (tokenizer: string) =>
    `{ kind: openai-completions, base_url: "http://h/v1", formatter: { tokenizer: ${tokenizer} } }`;
  const file = join(root, '.openline/endpoints.yaml');
  await writeFile(
    file,
    `endpoints:\n  a: ${profile('here')}\n  b: ${profile('models/llama')}\n  c: ${profile('gone')}\n`,
  );
  const paths = (await readEndpointsFile(file)).profiles.map(({ profile: { formatter } }) =>
    typeof formatter === 'object' && 'tokenizer' in formatter ? formatter.tokenizer : '',
  );
  assert.deepEqual(
    paths,
    ['.openline/here', 'models/llama', '.openline/gone'].map((path) => join(root, path)),
  );
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
  ['a key among the query parameters', one('query: { api_key: abc }'), /:4:12: .*query parameter.*`auth`/u],
  ['a key as the value of a query parameter', one('query: { x: sk-abcdefghij0123456789 }'), /:4:12: .*`auth`/u],
  [
    'a key in the base URL',
    'endpoints:\n  mine:\n    base_url: http://host/v1?key=abc\n',
    /:3:15: .*no secret in its query/u,
  ],
  ['a kind that needs a formatter', one('kind: openai-completions'), /:2:3: the endpoint mine needs a `formatter`/u],
  ['an unknown formatter', one('formatter: mixtrall'), /:4:16: `formatter`: expected one of mixtral-8x7b, nemotron/u],
  ['a formatter of another kind', one('formatter: nemotron'), /:4:5: `formatter` of the endpoint mine belongs to/u],
  ['an unknown preset', one('preset: grok'), /:4:5: `preset` of the endpoint mine: `grok`.*groq/u],
  [
    'a pool without replicas',
    'endpoints:\n  p: { kind: pool }\n',
    /:2:3: the endpoint p is a pool and needs `replicas`/u,
  ],
  ['a pool in itself', 'endpoints:\n  p: { kind: pool, replicas: [p] }\n', /cannot be a replica of itself/u],
  ['a replica twice', 'endpoints:\n  p: { kind: pool, replicas: [a, a] }\n', /names the replica a twice/u],
  ['replicas of another kind', one('replicas: [a]'), /`replicas` of the endpoint mine belongs to the kind pool/u],
] as const) {
  test(`${name} is told with its line and column`, () => {
    assert.match(complaintsAbout(text), told);
  });
}
