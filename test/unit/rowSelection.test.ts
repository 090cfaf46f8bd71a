import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowSelection } from '../../webview/ui/rowSelection.ts';

const none = { active: -1, chosen: -1, count: 0 };
const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false });

test('rows are added one by one and taken out again; neighbours become one stretch', () => {
  const selection = new RowSelection();
  for (const row of [4, 2, 3, 9]) selection.toggle(row);
  assert.deepEqual(selection.ranges, [
    { from: 2, to: 5 },
    { from: 9, to: 10 },
  ]);
  selection.toggle(3);
  assert.deepEqual(selection.ranges, [
    { from: 2, to: 3 },
    { from: 4, to: 5 },
    { from: 9, to: 10 },
  ]);
  assert.equal(selection.size, 3);
  assert.deepEqual(
    [2, 3, 4].map((row) => selection.has(row)),
    [true, false, true],
  );
});

test('a stretch goes from where the selection began, in both directions', () => {
  const selection = new RowSelection();
  selection.toggle(5);
  selection.extendTo(8);
  assert.deepEqual(selection.ranges, [{ from: 5, to: 9 }]);
  selection.extendTo(3);
  assert.deepEqual(selection.ranges, [{ from: 3, to: 6 }]);
});

test('the chosen row is part of what is selected beside it', () => {
  const selection = new RowSelection();
  selection.toggle(7, 2);
  assert.deepEqual(selection.ranges, [
    { from: 2, to: 3 },
    { from: 7, to: 8 },
  ]);
  selection.toggle(7, 2);
  assert.equal(selection.has(2), true);
});

test('keys select everything, one row, and nothing', () => {
  const selection = new RowSelection();
  assert.equal(selection.onKey(key('Escape'), none), false);
  assert.equal(selection.onKey(key('a'), none), false, 'a letter alone is somebody else’s');
  assert.equal(selection.onKey(key('a', true), { ...none, count: 1_000_000 }), true);
  assert.equal(selection.size, 1_000_000);
  assert.equal(selection.onKey(key('Escape'), none), true);
  assert.equal(selection.size, 0);
  assert.equal(selection.onKey(key(' ', true), { active: 1, chosen: -1, count: 3 }), true);
  assert.deepEqual(selection.ranges, [{ from: 1, to: 2 }]);
});
