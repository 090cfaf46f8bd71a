import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache } from '../../webview/ui/rowCache.ts';
import { rowWindow, scrollToShow } from '../../webview/ui/rowWindow.ts';
import { createWording } from '../../webview/ui/wording.ts';

/** Lets everything that was promised come about. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('of a hundred thousand rows only those in sight are drawn', () => {
  const { first, last } = rowWindow(50_000 * 22, 600, 22, 100_000);
  assert.ok(first <= 50_000 && last >= 50_000 + 28);
  assert.ok(last - first < 60);
  assert.deepEqual(rowWindow(0, 600, 22, 3), { first: 0, last: 3 });
  // The list became shorter while it was scrolled to its end.
  const short = rowWindow(90_000, 600, 22, 5);
  assert.ok(short.first <= short.last && short.last === 5);
});

test('a row is scrolled to only when it is out of sight', () => {
  assert.equal(scrollToShow(5, 0, 220, 22), 0);
  assert.equal(scrollToShow(10, 0, 220, 22), 22);
  assert.equal(scrollToShow(2, 100, 220, 22), 44);
});

test('rows are fetched once by pages, and a page that was not full is fetched again when there is more', async () => {
  let there = 150;
  const asked: string[] = [];
  const cache = new RowCache<number>(
    (start, count) => {
      asked.push(`${String(start)}+${String(count)}`);
      return Promise.resolve(
        Array.from({ length: Math.max(0, Math.min(count, there - start)) }, (_, index) => start + index),
      );
    },
    () => undefined,
  );
  cache.want(90, 150);
  cache.want(90, 150);
  await settled();
  assert.deepEqual(asked, ['0+100', '100+100']);
  assert.equal(cache.at(149), 149);
  assert.equal(cache.at(150), undefined);
  there = 160;
  cache.want(140, 160);
  await settled();
  assert.deepEqual(asked.slice(2), ['100+100']);
  assert.equal(cache.at(159), 159);
});

test('answers to what is no longer asked are dropped', async () => {
  const answers: ((rows: readonly string[]) => void)[] = [];
  const cache = new RowCache<string>(
    () => new Promise((resolve) => answers.push(resolve)),
    () => undefined,
  );
  cache.want(0, 1);
  cache.clear();
  cache.want(0, 1);
  answers[1]?.(['new']);
  answers[0]?.(['old']);
  await settled();
  assert.equal(cache.at(0), 'new');
});

test('far rows are forgotten, near ones kept', async () => {
  const cache = new RowCache<number>(
    (start, count) => Promise.resolve(Array.from({ length: count }, (_, index) => start + index)),
    () => undefined,
  );
  for (let row = 0; row < 100_000; row += 100) {
    cache.want(row, row + 1);
    await settled();
  }
  assert.equal(cache.at(0), undefined);
  assert.equal(cache.at(99_900), 99_900);
});

test('texts are translated and filled in, times are written as clocks', () => {
  const words = createWording({ '{0} records': '{0} Datensätze' }, 'de');
  assert.equal(words.t('{0} records', words.number(1234)), '1.234 Datensätze');
  assert.equal(words.t('Line {0}', 7), 'Line 7');
  assert.equal(words.clock(7.25), '7,3 s');
  assert.equal(words.clock(754), '12:34');
  assert.equal(words.clock(3723), '1:02:03');
});
