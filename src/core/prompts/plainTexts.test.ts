import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseTemplate } from './parseTemplate.ts';
import { readPlainTexts, writePlainTexts } from './plainTexts.ts';
import { loadTemplateLibrary } from './templateLibrary.ts';

const builtIns = await loadTemplateLibrary(join(import.meta.dirname, '..', 'library', 'prompts'));
const folder = await mkdtemp(join(tmpdir(), 'openline-texts-'));
after(() => rm(folder, { recursive: true }));

test('all built-in templates come back from plain texts as they were', async () => {
  const own = join(folder, 'all');
  const written = await writePlainTexts([...builtIns.values()], own);
  assert.ok(written.every(({ outcome }) => outcome === 'written'));
  const { templates, skipped } = await readPlainTexts(own, builtIns);
  assert.deepEqual(skipped, []);
  assert.equal(templates.length, builtIns.size);
  for (const { id, builtIn, text } of templates) {
    assert.equal(id, `curator-${builtIn ?? ''}`);
    const before = builtIns.get(builtIn ?? '');
    const now = parseTemplate(text, { id, source: id });
    assert.equal(now.hash, before?.hash, id);
    assert.deepEqual(
      [now.description, now.expects, now.sample],
      [before?.description, before?.expects, before?.sample],
    );
  }
});

test('a text that is there is left alone, unless it is to be replaced', async () => {
  const own = join(folder, 'kept');
  const template = parseTemplate('Name {n} things.\n', { id: 'things', source: 'things' });
  await writePlainTexts([template], own);
  await writeFile(join(own, 'things.txt'), 'mine\n');
  assert.deepEqual(
    (await writePlainTexts([template], own)).map(({ outcome }) => outcome),
    ['kept'],
  );
  assert.equal(await readFile(join(own, 'things.txt'), 'utf8'), 'mine\n');
  await writePlainTexts([template], own, { force: true });
  assert.equal(await readFile(join(own, 'things.txt'), 'utf8'), 'Name {n} things.\n');
});

test('names become kebab-case, and what is no template is told with its reason', async () => {
  const own = join(folder, 'others');
  await writePlainTexts([], own);
  await writeFile(join(own, 'My Ode (2).txt'), '---\nis no front matter {thing}\r\nend');
  await writeFile(join(own, 'alone.system.txt'), 'A system message that goes with nothing.');
  await writeFile(join(own, 'broken.txt'), 'One { too many');
  await writeFile(join(own, 'bytes.txt'), Buffer.from([0xff, 0xfe, 0x00]));
  await writeFile(join(own, '漢字.txt'), 'x');
  const { templates, skipped } = await readPlainTexts(own, builtIns);
  assert.deepEqual(
    templates.map(({ id }) => id),
    ['my-ode-2', 'alone-system'],
  );
  const [ode] = templates;
  assert.equal(parseTemplate(ode?.text ?? '', { id: 'x', source: 'x' }).body, '---\nis no front matter {thing}\nend');
  assert.deepEqual(
    skipped.map(({ constant }) => constant),
    ['broken.txt', 'bytes.txt', '漢字.txt'],
  );
  assert.match(skipped[0]?.reason ?? '', /never closed/u);
});
