import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdaptiveLimit } from './adaptiveLimit.ts';

test('halves once for all requests of one round trip that are turned away', () => {
  const limit = createAdaptiveLimit(64);
  for (let request = 0; request < 20; request += 1) limit.throttled(0, 100 + request);
  assert.equal(limit.value, 32);
  limit.throttled(150, 300);
  assert.equal(limit.value, 16);
});

test('never falls below one', () => {
  const limit = createAdaptiveLimit(3);
  for (let time = 0; time < 10; time += 1) limit.throttled(time, time);
  assert.equal(limit.value, 1);
});

test('rises by about one a round trip, up to the maximum', () => {
  const limit = createAdaptiveLimit(12);
  limit.throttled(0, 1);
  assert.equal(limit.value, 6);
  for (let answer = 0; answer < 7; answer += 1) limit.succeeded();
  assert.equal(limit.value, 7);
  for (let answer = 0; answer < 200; answer += 1) limit.succeeded();
  assert.equal(limit.value, 12);
});
