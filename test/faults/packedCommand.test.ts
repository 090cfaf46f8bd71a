/** What `npx openline` and `import … from 'openline'` get: the packed command, installed where nothing of the repository is. */
import assert from 'node:assert/strict';
import { execFile, type ExecFileException } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../support/machine.ts';
import { packCommand } from '../support/packages.ts';

const pipeline = `openline: 1
endpoint: sample
recipe: open-qa
with: { n_macro_topics: 2, n_subtopics: 1, n_openlines: 1, n_revisions: 1 }
output: data/questions.jsonl
`;

const program = `import { parseList, runOpenQaPipeline, runPipeline, type RunSummary } from 'openline';

const read = parseList('- one\\n- two');
const items: readonly string[] = 'items' in read ? read.items : [];
const summary: RunSummary = await runPipeline('questions.openline.yaml', { output: 'data/again.jsonl' });
console.log(items.length, summary.state, typeof runOpenQaPipeline);
`;

interface Ended {
  readonly status: number;
  readonly out: string;
}

async function run(file: string, parameters: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((ended) => {
    execFile(file, parameters, { cwd }, (error: ExecFileException | null, stdout, stderr) => {
      ended({ status: error === null ? 0 : Number(error.code ?? 1), out: `${stdout}${stderr}` });
    });
  });
}

test('the packed command and library work on their own, types included', { timeout: 300_000 }, async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'openline-packed-'));
  try {
    const packed = await packCommand(join(scratch, 'package'));
    const project = join(scratch, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
    await writeFile(join(project, 'questions.openline.yaml'), pipeline);
    await writeFile(join(project, 'program.ts'), program);
    const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', packed], project);
    assert.equal(installed.status, 0, installed.out);

    const command = await run(
      join(project, 'node_modules', '.bin', 'openline'),
      ['run', 'questions.openline.yaml'],
      project,
    );
    assert.equal(command.status, 0, command.out);
    // Two macro topics, two subtopics.
    assert.equal((await readFile(join(project, 'data', 'questions.jsonl'), 'utf8')).trimEnd().split('\n').length, 4);

    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules', '@types')];
    const checked = await run(process.execPath, [compiler, ...options, ...types, 'program.ts'], project);
    assert.equal(checked.status, 0, checked.out);
    const ran = await run(process.execPath, ['program.ts'], project);
    assert.equal(ran.out, '2 done function\n');
    const notices = await readFile(
      join(project, 'node_modules', 'openline', 'dist', 'THIRD-PARTY-NOTICES.txt'),
      'utf8',
    );
    for (const name of ['openai', 'undici', 'yaml', 'zod', 'unpdf'])
      assert.match(notices, new RegExp(`^${name} \\d`, 'mu'));
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
});
