import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLatencyHistogram } from './latency.ts';

test('percentiles are within 5 % of the real ones', () => {
  const histogram = createLatencyHistogram();
  for (let milliseconds = 1; milliseconds <= 10_000; milliseconds += 1) histogram.add(milliseconds);
  const { p50, p90, p99, max } = histogram.summary();
  for (const [found, real] of [
    [p50, 5],
    [p90, 9],
    [p99, 9.9],
  ] as const) {
    assert.ok(Math.abs(found - real) <= real * 0.05, `${found} is not near ${real}`);
  }
  assert.equal(max, 10);
});

test('is all zero before the first answer', () => {
  assert.deepEqual(createLatencyHistogram().summary(), { p50: 0, p90: 0, p99: 0, max: 0 });
});
