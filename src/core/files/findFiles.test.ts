import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findFiles } from './findFiles.ts';

let root = '';
let folder = '';

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'openline-find-'));
  folder = join(root, 'work');
  const paths = [
    'work/b.md',
    'work/a.md',
    'work/B.md',
    'work/a/z.md',
    'work/a-b/y.md',
    'work/é.md',
    'work/z.txt',
    'work/node_modules/p/readme.md',
    'work/.git/info.md',
    'work/.openline/runs/r.md',
    'work/.github/ci.md',
    'work/odd[1].md',
    'beside/s.md',
  ];
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
});

after(async () => {
  await rm(root, { recursive: true });
});

async function shown(...patterns: readonly string[]): Promise<readonly string[]> {
  const { files, problems } = await findFiles(folder, patterns);
  return [...files.map((file) => file.shown), ...problems.map(({ index, code }) => `${index} ${code}`)];
}

describe('files by glob', () => {
  it('come sorted by path, bytewise, without the folders of tools', async () => {
    assert.deepEqual(await shown('**/*.md'), ['B.md', 'a-b/y.md', 'a.md', 'a/z.md', 'b.md', 'odd[1].md', 'é.md']);
  });

  it('keep the order of the patterns, each file once', async () => {
    assert.deepEqual(await shown('z.txt', 'a*.md', '*.md', 'a.md'), [
      'z.txt',
      'a.md',
      'B.md',
      'b.md',
      'odd[1].md',
      'é.md',
    ]);
  });

  it('can be left out, and be found above', async () => {
    assert.deepEqual(await shown('*.md', '!{a,odd*}.md', '!é.md'), ['B.md', 'b.md']);
    assert.deepEqual(await shown('../beside/*.md'), ['../beside/s.md']);
  });

  it('of tools are found when they are named', async () => {
    assert.deepEqual(await shown('node_modules/**/*.md'), ['node_modules/p/readme.md']);
    assert.deepEqual(await shown('.openline/**/*.md'), ['.openline/runs/r.md']);
    assert.deepEqual(await shown('.github/*.md'), ['.github/ci.md']);
  });

  it('that match nothing are told', async () => {
    assert.deepEqual(await shown('*.rst', 'gone.md', 'a', 'b.md'), [
      'b.md',
      '0 no-match',
      '1 missing-file',
      '2 is-folder',
    ]);
  });

  it('have a path that can be opened', async () => {
    const { files } = await findFiles(folder, ['a/*.md']);
    assert.deepEqual(files, [{ path: join(folder, 'a', 'z.md'), shown: 'a/z.md' }]);
  });
});
