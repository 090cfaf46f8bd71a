import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { TextFile } from './textFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'openline-text-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('whatever is written in whatever portions stands in the file, in order, with its hash', async () => {
  const path = join(folder, 'any.jsonl');
  const text = fc.string({ unit: 'grapheme', maxLength: 2000 });
  const portion = fc.record({ text, repeated: fc.integer({ min: 1, max: 300 }), then: fc.integer({ min: 0, max: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(portion, { maxLength: 12 }), async (portions) => {
      const file = await TextFile.create(path, { hashed: true });
      for (const { text: written, repeated, then } of portions) {
        file.write(written.repeat(repeated));
        if (then === 1) await nextTurn();
        if (then === 2) await file.flush();
      }
      const sha256 = await file.close();
      const expected = Buffer.from(portions.map((entry) => entry.text.repeat(entry.repeated)).join(''));
      assert.ok(readFileSync(path).equals(expected));
      assert.equal(sha256, createHash('sha256').update(expected).digest('hex'));
      assert.equal(file.backlog, 0);
    }),
    { numRuns: 60 },
  );
});

test('what was accepted gets into the file without anybody asking for it', async () => {
  const path = join(folder, 'growing.jsonl');
  const file = await TextFile.create(path, { hashed: false });
  file.write('one\n');
  while (file.backlog > 0) await nextTurn();
  assert.equal(readFileSync(path, 'utf8'), 'one\n');
  await file.close();
});

test('a disk that takes no more is told at the end, and holds nobody up until then', async (context) => {
  // A device that is always full.
  const file = await TextFile.create('/dev/full', { hashed: false }).catch(() => undefined);
  if (file === undefined) {
    context.diagnostic('there is no /dev/full on this system');
    return;
  }
  for (let line = 0; line < 100; line += 1) file.write('x'.repeat(10_000));
  while (file.backlog > 0) await nextTurn();
  file.write('dropped');
  await assert.rejects(file.close(), { code: 'ENOSPC' });
});
