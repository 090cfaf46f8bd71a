import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokensOff } from './tokensOff.ts';

const tokens = { prompt: 50, completion: 50 };
const totals = { records: 1, discarded: 0, requests: 4, reused: 0, tokens, cost: null, seconds: 1 };
const estimate = { requests: 4, tokens, cost: null, seconds: 1 };

test('how far off an estimate was, in percent', () => {
  const used = (completion: number) =>
    tokensOff({ estimate, totals: { ...totals, tokens: { prompt: 50, completion } } });
  assert.equal(used(50), 0);
  assert.equal(used(150), 100);
  assert.equal(used(0), -50);
});

test('a run that took answers over, or asked nothing, says nothing about its estimate', () => {
  assert.equal(tokensOff({ estimate, totals: { ...totals, reused: 1 } }), null);
  assert.equal(tokensOff({ estimate, totals: { ...totals, requests: 0 } }), null);
  assert.equal(tokensOff({ estimate: { ...estimate, tokens: { prompt: 0, completion: 0 } }, totals }), null);
});
