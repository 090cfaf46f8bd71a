import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWording } from '../../webview/ui/wording.ts';

test('a span of time is as exact as it is of use', () => {
  const { clock } = createWording({}, 'en');
  const spans = [0, 0.34, 7.24, 75, 754, 3723].map((seconds) => clock(seconds));
  assert.deepEqual(spans, ['0 s', '340 ms', '7.2 s', '1:15', '12:34', '1:02:03']);
});

test('a number has the digits that matter', () => {
  const { figure } = createWording({}, 'en');
  assert.deepEqual([0.125, 0.001, 0.25, 2.4, 12, 99.96, 1234.56].map(figure), [
    ...['0.125', '0.001', '0.25', '2.4', '12', '100', '1,234.6'],
  ]);
});
