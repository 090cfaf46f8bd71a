import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Spill } from './spill.ts';

test('what is set aside can be had as often as it is wanted, from memory and from the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openline-spill-'));
  const spill = new Spill(join(folder, 'spill'));
  const text = (index: number): string => `${index} ${'ä'.repeat(1000)}`;
  const held = Array.from({ length: 300 }, (_, index) => spill.put(text(index)));
  for (let time = 0; time < 3; time += 1) {
    for (const [index, one] of held.entries()) assert.equal(spill.get(one), text(index));
    // The second time what was in memory has been asked for, and other texts were written.
    for (let more = 0; more < 300; more += 1) spill.put(text(more));
  }
  spill.close();
  rmSync(folder, { recursive: true });
});
