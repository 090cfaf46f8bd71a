import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { findWorkspaceRoot } from './workspaceRoot.ts';

let root = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'openline-root-'));
  await mkdir(join(root, 'repository', '.git'), { recursive: true });
  await mkdir(join(root, 'repository', 'inner', '.openline'), { recursive: true });
  await mkdir(join(root, 'worktree', 'deep'), { recursive: true });
  await writeFile(join(root, 'worktree', '.git'), 'gitdir: elsewhere');
});

after(async () => {
  await rm(root, { recursive: true });
});

it('is the nearest folder with .openline or .git', async () => {
  const find = (...path: string[]): Promise<string> => findWorkspaceRoot(join(root, ...path));
  assert.equal(await find('repository', 'inner', 'deep', 'x.openline.yaml'), join(root, 'repository', 'inner'));
  assert.equal(await find('repository', 'other', 'x.openline.yaml'), join(root, 'repository'));
  assert.equal(await find('worktree', 'deep', 'x.openline.yaml'), join(root, 'worktree'));
});

it('is the folder of the pipeline when there is none', async () => {
  const alone = join(root, 'alone');
  await mkdir(alone);
  assert.equal(await findWorkspaceRoot(join(alone, 'x.openline.yaml')), alone);
});
