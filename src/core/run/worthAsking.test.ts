import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointProfileSchema } from '../endpoints/profile.ts';
import type { Estimate } from './estimate.ts';
import { exactly } from './range.ts';
import { isWorthAsking, MANY_REQUESTS } from './worthAsking.ts';

const profiles = [
  { name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) },
  { name: 'own', profile: endpointProfileSchema.parse({ base_url: 'http://localhost:8000/v1' }) },
  { name: 'cloud', profile: endpointProfileSchema.parse({ base_url: 'https://models.test/v1' }) },
  { name: 'editor', profile: endpointProfileSchema.parse({ kind: 'vscode-lm' }) },
];

function estimate(endpoint: string, requests: number, cost: number | null): Estimate {
  const step = {
    step: 'ask',
    side: null,
    endpoint,
    model: 'm',
    requests: exactly(requests),
    promptTokens: exactly(0),
    completionTokens: exactly(0),
    cost: cost === null ? null : exactly(cost),
    measured: false,
  };
  return { ...step, records: 1, seconds: exactly(1), steps: [step] };
}

test('a run is worth a question when it costs something, or asks somebody else a lot', () => {
  const asks = (endpoint: string, requests: number, cost: number | null): boolean =>
    isWorthAsking('whenCostly', estimate(endpoint, requests, cost), profiles);
  assert.equal(asks('cloud', 1, 0.01), true);
  assert.equal(asks('cloud', 1, 0), false);
  assert.equal(asks('cloud', MANY_REQUESTS, null), false);
  assert.equal(asks('cloud', MANY_REQUESTS + 1, null), true);
  assert.equal(asks('editor', MANY_REQUESTS + 1, null), true);
  assert.equal(asks('own', 1_000_000, null), false);
  assert.equal(asks('sample', 1_000_000, null), false);
});

test('always and never are what they say', () => {
  assert.equal(isWorthAsking('always', estimate('sample', 1, null), profiles), true);
  assert.equal(isWorthAsking('never', estimate('cloud', 1_000_000, 1000), profiles), false);
});
