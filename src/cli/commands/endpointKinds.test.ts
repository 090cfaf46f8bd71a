import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));
const PIPELINE = `openline: 1
recipe: open-qa
with: { n_macro_topics: 1, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: out.jsonl
`;

/** A workspace with the given endpoints and a pipeline that names none. */
async function openDesk(context: TestContext, endpoints: string) {
  const folder = await mkdtemp(join(tmpdir(), 'openline-endpoints-'));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, '.openline'));
  await writeFile(join(folder, '.openline', 'endpoints.yaml'), endpoints);
  await writeFile(join(folder, 'demo.openline.yaml'), PIPELINE);
  const call = async (...argv: string[]): Promise<{ status: number; out: string; err: string }> => {
    let out = '';
    let err = '';
    const status = await commandLine(argv, {
      out: { write: (text: string) => (out += text) },
      err: { write: (text: string) => (err += text) },
      env: { HOME: folder },
      cwd: folder,
      library: LIBRARY,
      version: '0',
      stop: new AbortController().signal,
    });
    return { status, out, err };
  };
  return { folder, call };
}

test('a pipeline without an endpoint asks the default one of the workspace', async (context) => {
  const { folder, call } = await openDesk(
    context,
    'default: mine\nendpoints:\n  mine: { kind: sample, model: of-the-default }\n',
  );
  assert.equal((await call('run', 'demo.openline.yaml')).status, 0);
  assert.match(await readFile(join(folder, 'out.jsonl.card.json'), 'utf8'), /of-the-default/u);
});

test('models of VS Code are told as such on the command line, before anything is sent', async (context) => {
  const { call } = await openDesk(
    context,
    'default: editor\nendpoints:\n  editor: { kind: vscode-lm, model: copilot/some }\n',
  );
  const run = await call('run', 'demo.openline.yaml');
  assert.equal(run.status, 2);
  assert.match(run.err, /Endpoint editor asks the models of VS Code.*only inside VS Code/u);
  assert.equal((await call('endpoints', 'test', 'editor')).status, 2);
  // What sends nothing works.
  assert.equal((await call('validate', 'demo.openline.yaml')).status, 0);
  assert.equal((await call('estimate', 'demo.openline.yaml')).status, 0);
  assert.equal((await call('run', 'demo.openline.yaml', '--endpoint', 'sample')).status, 0);
});

test('a profile with a mistake is told, and stops only what names it', async (context) => {
  const { call } = await openDesk(
    context,
    'default: mine\nendpoints:\n  mine: { kind: sample, model: m }\n  typo: { base_ulr: "http://h/v1" }\n',
  );
  const run = await call('run', 'demo.openline.yaml');
  assert.equal(run.status, 0);
  assert.match(run.err, /warning: the profile typo is left out: .*endpoints\.yaml:4:11: .*did you mean `base_url`/u);
  const named = await call('run', 'demo.openline.yaml', '--endpoint', 'typo');
  assert.equal(named.status, 2);
  assert.match(named.err, /the profile typo cannot be used: .*endpoints\.yaml:4:11: /u);
});
