import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { moveIntoPlace } from './output.ts';

const folders: string[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-output-'));
  folders.push(root);
});
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(name: string, file: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, file), name);
  return folder;
}

test('a folder takes the place of another, also where a move before was cut short', async () => {
  const place = makeFolder('place', 'old.txt');
  makeFolder('place.openline-old', 'older.txt');
  await moveIntoPlace(makeFolder('new', 'new.txt'), place);
  assert.deepEqual([readdirSync(place), readdirSync(root)], [['new.txt'], ['place']]);
});

test('a folder takes the place of a file, and a file that of a folder', async () => {
  const place = join(root, 'place');
  writeFileSync(place, 'a file');
  await moveIntoPlace(makeFolder('new', 'new.txt'), place);
  assert.deepEqual(readdirSync(place), ['new.txt']);
  const file = join(root, 'file');
  writeFileSync(file, 'another');
  await moveIntoPlace(file, place);
  assert.equal(readFileSync(place, 'utf8'), 'another');
  assert.deepEqual(readdirSync(root), ['place']);
});

test('where the new one cannot be moved, the old one stands in its place again', async () => {
  const place = makeFolder('place', 'old.txt');
  await assert.rejects(moveIntoPlace(join(root, 'missing'), place), /ENOENT/u);
  assert.deepEqual(readdirSync(place), ['old.txt']);
});
