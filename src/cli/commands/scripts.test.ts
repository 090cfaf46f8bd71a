import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));
const folders: string[] = [];
let folder: string;

function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'openline-scripts-'));
  folders.push(made);
  return made;
}

/** A pipeline whose script ends at the first record while there is a file named `broken`. */
beforeEach(() => {
  folder = makeFolder();
  writePipeline(['node', 'step.mjs']);
  writeFileSync(
    join(folder, 'step.mjs'),
    `import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  if (existsSync('broken')) process.exit(4);
  console.error('seen');
  console.log(line);
}
`,
  );
});
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

function writePipeline(script: readonly string[]): void {
  const steps = [
    { id: 'one', read: { values: [1], into: 'n' } },
    { id: 'own', script },
  ];
  writeFileSync(join(folder, 'p.openline.yaml'), JSON.stringify({ openline: 1, steps }));
}

interface Called {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function call(...argv: string[]): Promise<Called> {
  let out = '';
  let err = '';
  const status = await commandLine(argv, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    env: { PATH: dirname(process.execPath), XDG_CONFIG_HOME: join(folder, 'config') },
    cwd: folder,
    library: LIBRARY,
    version: '0',
    stop: new AbortController().signal,
  });
  return { status, out, err };
}

const output = (): string => readFileSync(join(folder, 'data/p.jsonl'), 'utf8');

describe('a pipeline with a script', () => {
  it('is refused until somebody has agreed, with the commands that do so', async () => {
    for (const command of ['run', 'preview']) {
      const { status, err } = await call(command, 'p.openline.yaml');
      assert.equal(status, 2);
      assert.match(err, /p runs programs on this machine \(own: node step\.mjs\), which you have not approved/u);
      assert.match(err, /--allow-scripts, or once and for all: openline scripts approve p\.openline\.yaml/u);
    }
    assert.ok(!existsSync(join(folder, '.openline')), 'nothing was started');
    assert.equal((await call('validate', 'p.openline.yaml')).status, 0);
  });

  it('runs with --allow-scripts, and shows what the script says', async () => {
    const { status, err } = await call('run', 'p.openline.yaml', '--allow-scripts');
    assert.equal(status, 0, err);
    assert.match(err, /^\[own\] seen$/mu);
    assert.equal(output(), '{"id":"0","n":1}\n');
  });

  it('runs once it is approved, until it names other programs; the script itself may be edited', async () => {
    const approved = await call('scripts', 'approve', 'p.openline.yaml');
    assert.match(approved.out, /^own: node step\.mjs\nThese programs may run from now on/u);
    assert.equal((await call('run', 'p.openline.yaml')).status, 0);
    writeFileSync(join(folder, 'step.mjs'), `${readFileSync(join(folder, 'step.mjs'), 'utf8')}// edited\n`);
    assert.equal((await call('run', 'p.openline.yaml')).status, 0);
    writePipeline(['node', 'step.mjs', '--other']);
    assert.equal((await call('run', 'p.openline.yaml')).status, 2);
    const { out } = await call('scripts', 'list', 'p.openline.yaml', '--json');
    assert.match(out, /"approved":false/u);
  });

  it('needs the same consent to be resumed, and says what has changed since', async () => {
    writeFileSync(join(folder, 'broken'), '');
    const failed = await call('run', 'p.openline.yaml', '--allow-scripts');
    assert.equal(failed.status, 1);
    assert.match(failed.err + failed.out, /the script ended with exit code 4/u);
    rmSync(join(folder, 'broken'));
    assert.equal((await call('resume', 'latest')).status, 2);
    writeFileSync(join(folder, 'step.mjs'), `${readFileSync(join(folder, 'step.mjs'), 'utf8')}// edited\n`);
    const resumed = await call('resume', 'latest', '--allow-scripts');
    assert.equal(resumed.status, 0, resumed.err);
    assert.match(resumed.err, /step\.mjs has changed since the run was started/u);
    assert.equal(output(), '{"id":"0","n":1}\n');
  });

  it('tells how scripts is called', async () => {
    assert.match((await call('scripts')).err, /scripts takes list FILE or approve FILE/u);
    assert.match((await call('scripts', 'trust', 'p.openline.yaml')).err, /not trust/u);
  });
});
