import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { unzipSync } from 'fflate';
import { makeJobPackage } from './jobPackage.ts';

test('a job takes along what a pipeline needs; hidden files, which may hold keys, stay here', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'openline-package-'));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const put = (...names: readonly string[]): void => {
    for (const name of names) {
      mkdirSync(dirname(join(scratch, name)), { recursive: true });
      writeFileSync(join(scratch, name), name);
    }
  };
  put('dist/cli.js', 'dist/library/prompts/a.prompt.md', 'dist/library/recipes/a.yaml', 'dist/library/ray/driver.py');
  put('w/p.openline.yaml', 'w/data/in.jsonl', 'w/out.jsonl', 'w/.openline/endpoints.yaml');
  put('w/.openline/prompts/own.prompt.md');
  put('w/.env', 'w/data/.env.local', 'w/.git/config', 'w/node_modules/x/index.js', 'w/.openline/runs/r/journal.jsonl');
  put('w/.openline/ray/jobs.json', 'w/.openline/.gitignore');
  const { archive } = await makeJobPackage(
    join(scratch, 'w'),
    join(scratch, 'dist/library'),
    join(scratch, 'no-approvals.json'),
    '1.0.0',
    [join(scratch, 'w/out.jsonl')],
  );
  const own = Object.keys(unzipSync(archive)).filter((name) => !name.startsWith('.openline/cache/'));
  assert.deepEqual(own.sort(), [
    '.openline/endpoints.yaml',
    '.openline/prompts/own.prompt.md',
    'data/in.jsonl',
    'p.openline.yaml',
  ]);
});
