import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdaptiveLimit, type AdaptiveLimit } from './adaptiveLimit.ts';

/** So many requests of one round trip are turned away, the others answered. */
function roundTrip(limit: AdaptiveLimit, answers: number, turnedAway: number, startedAt: number): void {
  for (let request = 0; request < answers; request += 1) {
    if (request % Math.ceil(answers / Math.max(1, turnedAway)) === 0 && turnedAway > 0)
      limit.throttled(startedAt, startedAt + 100);
    else limit.succeeded();
  }
}

test('halves once for all requests of one round trip that are turned away', () => {
  const limit = createAdaptiveLimit(64);
  for (let request = 0; request < 64; request += 1) limit.throttled(0, 100 + request);
  assert.equal(limit.value, 32);
  for (let request = 0; request < 20; request += 1) limit.throttled(150, 300);
  assert.equal(limit.value, 16);
});

test('a few refusals among many answers leave the slots alone', () => {
  const limit = createAdaptiveLimit(64);
  for (let trip = 0; trip < 50; trip += 1) roundTrip(limit, 64, 6, trip * 1000);
  assert.equal(limit.value, 64);
  const small = createAdaptiveLimit(4);
  for (let trip = 0; trip < 50; trip += 1) roundTrip(small, 10, 1, trip * 1000);
  assert.equal(small.value, 4);
});

test('a fifth of a round trip turned away halves the slots', () => {
  const limit = createAdaptiveLimit(60);
  for (let request = 0; request < 11; request += 1) limit.throttled(0, 100);
  assert.equal(limit.value, 60);
  limit.throttled(0, 100);
  assert.equal(limit.value, 30);
});

test('never falls below one', () => {
  const limit = createAdaptiveLimit(3);
  for (let time = 0; time < 50; time += 1) limit.throttled(time, time);
  assert.equal(limit.value, 1);
});

test('rises by about one a round trip, up to the maximum', () => {
  const limit = createAdaptiveLimit(12);
  for (let request = 0; request < 3; request += 1) limit.throttled(0, 1);
  assert.equal(limit.value, 6);
  for (let answer = 0; answer < 7; answer += 1) limit.succeeded();
  assert.equal(limit.value, 7);
  for (let answer = 0; answer < 200; answer += 1) limit.succeeded();
  assert.equal(limit.value, 12);
});
