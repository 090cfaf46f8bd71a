import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../commandLine.ts';

const LIBRARY = fileURLToPath(new URL('../../core/library', import.meta.url));

test('from an empty folder to records: which recipes there are, a pipeline of one, its run', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'openline-new-'));
  context.after(() => rm(folder, { recursive: true }));
  const call = async (...argv: string[]) => {
    let [out, err] = ['', ''];
    const status = await commandLine(argv, {
      ...{ cwd: folder, env: {}, library: LIBRARY, version: 'test', stop: new AbortController().signal },
      out: { write: (text) => (out += text) },
      err: { write: (text) => (err += text) },
    });
    return { status, out, err };
  };
  const listed = await call('new');
  assert.equal(listed.status, 0);
  assert.match(listed.out, /closed-qa +Questions about documents\n/u);

  const made = await call('new', 'closed-qa');
  assert.equal(made.status, 0, made.err);
  assert.match(
    made.out,
    /docs\/tides\.md is written.*\nclosed-qa\.openline\.yaml is written\. Run it with: openline run/u,
  );
  const run = await call('run', 'closed-qa.openline.yaml');
  assert.equal(run.status, 0, run.err);
  assert.notEqual(await readFile(join(folder, 'data', 'closed-qa.jsonl'), 'utf8'), '');

  assert.match((await call('new', 'closed-qa')).err, /closed-qa\.openline\.yaml exists; give another name/u);
  assert.equal((await call('new', 'closed-qa', 'mine', '--endpoint', 'local')).status, 0);
  assert.match(await readFile(join(folder, 'mine.openline.yaml'), 'utf8'), /\nendpoint: local\n/u);
  const wrong = await call('new', 'closed-aq');
  assert.equal(wrong.status, 2);
  assert.match(wrong.err, /did you mean `closed-qa`/u);
});
