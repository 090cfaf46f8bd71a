import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));
const ODE = '---\nexpects: text\nsystem: Be {tone}.\n---\n\nWrite an ode to {thing}.\n';

/** A workspace with a template, a user's folder with another, and the command in it. */
async function openDesk(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'openline-templates-'));
  context.after(() => rm(folder, { recursive: true }));
  const own = join(folder, '.openline', 'prompts');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'ode.prompt.md'), ODE);
  const call = async (...argv: string[]) => {
    let out = '';
    let err = '';
    const status = await commandLine(argv, {
      out: { write: (text: string) => (out += text) },
      err: { write: (text: string) => (err += text) },
      env: { XDG_CONFIG_HOME: join(folder, 'config') },
      cwd: folder,
      library: LIBRARY,
      version: '0',
      stop: new AbortController().signal,
    });
    return { status, out, err };
  };
  return { folder, own, call };
}

test('templates go out as a Python file, which comes back as the same templates', async (context) => {
  const { folder, own, call } = await openDesk(context);
  const { status, out } = await call('export', '.openline/prompts', '--output', 'out/prompts.py');
  assert.equal(status, 0);
  assert.equal(out, 'out/prompts.py\n');
  const python = await readFile(join(folder, 'out', 'prompts.py'), 'utf8');
  assert.match(python, /^ODE_SYSTEM_PROMPT = "Be \{tone\}\."$/mu);
  await rm(join(own, 'ode.prompt.md'));
  assert.equal((await call('import', 'out/prompts.py')).status, 0);
  assert.match(await readFile(join(own, 'ode.prompt.md'), 'utf8'), /system: Be \{tone\}\.\n---\n\nWrite an ode/u);
});

test('templates go out as plain texts and come back', async (context) => {
  const { folder, own, call } = await openDesk(context);
  assert.equal((await call('export', '.openline/prompts', '--output', 'texts')).status, 0);
  assert.deepEqual((await readdir(join(folder, 'texts'))).sort(), ['ode.system.txt', 'ode.txt']);
  await rm(own, { recursive: true });
  const { status, err } = await call('import', 'texts');
  assert.equal(status, 0);
  assert.match(err, /ode\.txt → \.openline\/prompts\/ode\.prompt\.md/u);
  assert.match(await readFile(join(own, 'ode.prompt.md'), 'utf8'), /system: Be \{tone\}\.\n---\n\nWrite an ode/u);
});

test('what stands there with another text stays, unless forced; mistakes of a call are told', async (context) => {
  const { folder, call } = await openDesk(context);
  await writeFile(join(folder, 'prompts.py'), '# mine\n');
  const { status, err } = await call('export', '.openline/prompts', '--output', 'prompts.py');
  assert.equal(status, 2);
  assert.match(err, /--force replaces it/u);
  assert.equal(await readFile(join(folder, 'prompts.py'), 'utf8'), '# mine\n');
  assert.equal((await call('export', '.openline/prompts', '--output', 'prompts.py', '--force')).status, 0);
  assert.match((await call('export', '.openline/prompts')).err, /prompts\.py.*folder for plain texts/u);
  assert.match(
    (await call('export', '.openline/prompts', '--format', 'csv', '--output', 'x')).err,
    /--format is about/u,
  );
});

test('a pipeline finds the user’s own templates by their names, after those of the workspace', async (context) => {
  const { folder, call } = await openDesk(context);
  const text = (prompt: string): string =>
    `openline: 1\nendpoint: sample\nvalues: { tone: kind, thing: x }\nsteps:\n  - { id: a, generate: { prompt: ${prompt} } }\noutput: a.jsonl\n`;
  await writeFile(join(folder, 'a.openline.yaml'), text('mine'));
  const before = await call('validate', 'a.openline.yaml');
  assert.equal(before.status, 2);
  await mkdir(join(folder, 'config', 'openline', 'prompts'), { recursive: true });
  await writeFile(join(folder, 'config', 'openline', 'prompts', 'mine.prompt.md'), 'Be {tone} about {thing}.\n');
  const after = await call('validate', 'a.openline.yaml');
  assert.equal(after.status, 0, after.err);
});
