import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRateWindow } from './rateWindow.ts';

test('no 60 seconds ever hold more requests or tokens than the limits, and the next one fits after the delay', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 20, max: 60 }),
      fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 20 }), pause: fc.nat(30_000) }), { maxLength: 30 }),
      (requestsPerMinute, tokensPerMinute, arrivals) => {
        const window = createRateWindow(requestsPerMinute, tokensPerMinute);
        const sent: { at: number; tokens: number }[] = [];
        let now = 0;
        for (const { tokens, pause } of arrivals) {
          now += pause;
          now += window.delay(tokens, now);
          assert.equal(window.delay(tokens, now), 0);
          window.add(tokens, now);
          sent.push({ at: now, tokens });
          const latest = now;
          const inside = sent.filter(({ at }) => at > latest - 60_000);
          assert.ok(inside.length <= requestsPerMinute);
          assert.ok(inside.reduce((sum, each) => sum + each.tokens, 0) <= tokensPerMinute);
        }
      },
    ),
  );
});

test('uses the limit to the full at once', () => {
  const window = createRateWindow(3, 0);
  for (let request = 0; request < 3; request += 1) {
    assert.equal(window.delay(0, 1000), 0);
    window.add(0, 1000);
  }
  assert.equal(window.delay(0, 1500), 59_500);
});

test('what the service counted takes the place of the estimate', () => {
  const window = createRateWindow(0, 100);
  const entry = window.add(90, 0);
  assert.equal(window.delay(50, 0), 60_000);
  entry.correct(20);
  assert.equal(window.delay(50, 0), 0);
});

test('a request larger than the limit passes alone', () => {
  const window = createRateWindow(0, 100);
  assert.equal(window.delay(500, 0), 0);
  window.add(500, 0);
  assert.equal(window.delay(1, 10), 59_990);
});
