import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LineIndex } from './lineIndex.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-lines-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function texts(index: LineIndex, start = 0, count = Number.POSITIVE_INFINITY): Promise<string[]> {
  const found: string[] = [];
  for await (const { line, bytes } of index.lines(start, count)) {
    assert.equal(line, start + found.length);
    found.push(bytes?.toString('utf8') ?? '(too long)');
  }
  return found;
}

test('a last line without an end is one of a whole file, and none of a file that is being written', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'one\ntwo ü\nhalf');
  const growing = new LineIndex({ unended: 'none' });
  const whole = new LineIndex({ unended: 'line' });
  await growing.update(path);
  await whole.update(path);
  assert.deepEqual(await texts(growing), ['one', 'two ü']);
  assert.deepEqual(await texts(whole), ['one', 'two ü', 'half']);
  await appendFile(path, ' done\n\n');
  assert.equal(await growing.update(path), false);
  assert.equal(await whole.update(path), true, 'the last line that was shown is another now');
  assert.deepEqual(await texts(whole, 1), ['two ü', 'half done', '']);
  assert.deepEqual(await texts(growing, 1), ['two ü', 'half done', '']);
});

test('lines far apart, over many marks and chunks, are found where they are', async () => {
  const path = join(folder, 'many');
  const lines = Array.from({ length: 60_000 }, (_, index) =>
    index % 10_000 === 5 ? 'y'.repeat(300_000) : `${index} ${'x'.repeat(index % 97)}`,
  );
  await writeFile(path, `\uFEFF${lines.join('\r\n')}\r\n`);
  let told = 0;
  const index = new LineIndex({ unended: 'line', onProgress: () => (told += 1) });
  await index.update(path);
  assert.ok(told > 1);
  assert.equal(index.count, lines.length);
  assert.equal(index.known, index.size);
  assert.deepEqual(await texts(index, 0, 3), lines.slice(0, 3));
  assert.deepEqual(await texts(index, 59_990), lines.slice(59_990));
  assert.deepEqual(await texts(index, 17_000, 3), lines.slice(17_000, 17_003));
  assert.deepEqual(await texts(index, 20_004, 2), lines.slice(20_004, 20_006));
  assert.deepEqual(await texts(index, 60_000, 2), []);
});

test('a renamed file keeps its index; one that is replaced, cut, rewritten or gone loses it', async () => {
  const [partial, final] = [join(folder, 'a.partial'), join(folder, 'a.jsonl')];
  await writeFile(partial, 'a\nb\n');
  const index = new LineIndex({ unended: 'none' });
  await index.update(partial);
  await rename(partial, final);
  assert.equal(await index.update(final), false);
  assert.deepEqual(await texts(index), ['a', 'b']);
  await writeFile(final, 'c\n');
  assert.equal(await index.update(final), true);
  assert.deepEqual(await texts(index), ['c']);
  // Written in place, longer than before, and with another beginning.
  await writeFile(final, 'other\nlines\n');
  assert.equal(await index.update(final), true);
  assert.deepEqual(await texts(index), ['other', 'lines']);
  await truncate(final, 6);
  assert.equal(await index.update(final), true);
  assert.deepEqual(await texts(index), ['other']);
  await rm(final);
  assert.equal(await index.update(final), true);
  assert.equal(index.count, 0);
  assert.equal(index.path, undefined);
});

test('a file that grows again and again is never read anew', async () => {
  const path = join(folder, 'a');
  const index = new LineIndex({ unended: 'none' });
  for (let round = 0; round < 20; round += 1) {
    await appendFile(path, `${round}\n`.repeat(50));
    assert.equal(await index.update(path), false);
    assert.equal(await index.update(path), false);
  }
  assert.equal(index.count, 1000);
});

test('records are numbered without the blank lines', async () => {
  const path = join(folder, 'a');
  await writeFile(path, `{"n":0}\n\n \r\n${'{"n":1}\n'.repeat(200)}\n{"n":2}\n`);
  const index = new LineIndex({ unended: 'line' });
  await index.update(path);
  for await (const { line, record } of index.lines(203, 2)) assert.equal(record, line === 203 ? 201 : 201);
  for await (const { line, record } of index.lines(100, 1)) assert.equal(record, line - 2);
});
