import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openlineRoots } from './openlineRoots.ts';

let base: string;
before(async () => {
  base = await mkdtemp(join(tmpdir(), 'openline-roots-'));
  for (const folder of ['repository/.git', 'repository/deep/er', 'loose/one', 'kept/.openline', 'kept/sub']) {
    await mkdir(join(base, folder), { recursive: true });
  }
});
after(async () => {
  await rm(base, { recursive: true });
});

test('runs are beside the repository or the folder that has them already, else beside the pipeline', async () => {
  const roots = await openlineRoots(
    ['repository/deep/er/a', 'repository/b', 'loose/one/c', 'kept/sub/d'].map((name) =>
      join(base, `${name}.openline.yaml`),
    ),
    [join(base, 'repository/deep')],
  );
  assert.deepEqual(roots, [join(base, 'kept'), join(base, 'loose/one'), join(base, 'repository')]);
});
