import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitted } from '../../webview/ui/charts/fitted.ts';
import { leftOutText } from '../../webview/ui/leftOutText.ts';
import { createWording } from '../../webview/ui/wording.ts';

test('names that begin alike stay different where there is little room', () => {
  assert.equal(fitted('topics', 70), 'topics');
  assert.equal(fitted('rewrite-into-simple-words-french', 105), 'rewrite…-french');
  assert.equal(fitted('rewrite-into-simple-words-german', 105), 'rewrite…-german');
  assert.equal(fitted('rewrite the whole text', 0), 'r…t');
  // A picture of several characters is not cut apart.
  assert.equal(fitted('👩‍🔬👩‍🔬👩‍🔬👩‍🔬👩‍🔬', 21), '👩‍🔬…👩‍🔬');
});

test('what a condition leaves out is told with its number, its place and why', () => {
  const words = createWording({}, 'en');
  assert.equal(leftOutText(null, words), '');
  assert.equal(leftOutText({ count: 1, line: 0, why: 'no number' }, words), '1 record left out, in line 1: no number');
  assert.equal(
    leftOutText({ count: 1200, line: 1999, why: 'no number' }, words),
    '1,200 records left out, the first in line 2,000: no number',
  );
});
