import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { journalLine } from './journalLine.ts';
import { ReuseIndex } from './reuse.ts';
import { runPaths, runsFolder } from './runFolder.ts';

const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-reuse-'));
  folders.push(root);
});
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const HASH = 'a'.repeat(64);

/** A run whose journal holds an answer to the same request at each address. */
function writeRun(run: string, addresses: readonly string[]): string {
  const paths = runPaths(join(runsFolder(root), run));
  mkdirSync(paths.folder, { recursive: true });
  const line = (at: string): string =>
    journalLine(at, 'answer', `"hash":"${HASH}","answer":{"choices":[{"text":"${run} ${at}"}],"model":"m"}`);
  writeFileSync(paths.journal, addresses.map(line).join(''));
  return paths.folder;
}

const textOf = (found: ReturnType<ReuseIndex['claim']>): string | undefined => found?.answer.choices[0]?.text;

test('a run that is removed while others take from it has no answers any more, which is no failure', async () => {
  const folder = writeRun('1', ['ask/0/0']);
  const index = await ReuseIndex.open(root, '2');
  rmSync(folder, { recursive: true });
  assert.equal(index.claim(HASH, 'ask/0/0'), undefined);
  index.close();
});

test('of many answers to one request each goes to its own address, else the lowest that is left, and none twice', async () => {
  // So many that going through all of them for each would take minutes.
  const count = 3000;
  writeRun('1', Array.from({ length: count }, (_, key) => `ask/${key}/0`).toReversed());
  const index = await ReuseIndex.open(root, '2');
  assert.equal(textOf(index.claim(HASH, 'ask/7/0')), '1 ask/7/0');
  assert.equal(textOf(index.claim(HASH, 'other/0/0')), '1 ask/0/0');
  assert.equal(textOf(index.claim(HASH, 'ask/0/0')), '1 ask/1/0', 'its own is taken');
  const others = Array.from({ length: count - 3 }, () => textOf(index.claim(HASH, 'other/0/0')));
  assert.deepEqual(
    others.slice(0, 6),
    [2, 3, 4, 5, 6, 8].map((key) => `1 ask/${key}/0`),
  );
  assert.equal(new Set(others).size, count - 3);
  assert.equal(index.claim(HASH, 'ask/2/0'), undefined);
  index.close();
});

test('an answer that a run took over is the same answer, wherever it stands', async () => {
  writeRun('1', ['ask/0/0']);
  const copy = runPaths(join(runsFolder(root), '2'));
  mkdirSync(copy.folder, { recursive: true });
  const from = '"from":{"run":"1","at":"ask/0/0"},"answer":{"choices":[{"text":"copy"}],"model":"m"}';
  writeFileSync(copy.journal, journalLine('ask/3/0', 'reused', `"hash":"${HASH}",${from}`));
  const index = await ReuseIndex.open(root, '3');
  assert.equal(textOf(index.claim(HASH, 'ask/3/0')), 'copy');
  assert.equal(index.claim(HASH, 'ask/0/0'), undefined);
  index.close();
});
