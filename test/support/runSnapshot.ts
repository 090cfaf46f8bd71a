import type { RunSnapshot } from '../../src/core/run/events.ts';

/** What a run tells of itself before anything has happened in it. @param more what else it tells */
export function runSnapshot(more: Partial<RunSnapshot>): RunSnapshot {
  return {
    ...{ run: 'a', pipeline: 'a', state: 'running', stop: null, startedAt: 0, elapsedSeconds: 0 },
    ...{ remainingSeconds: null, steps: [], outputs: [], records: 0, discarded: 0, requests: 0, reused: 0, retries: 0 },
    ...{ inFlight: 0, slots: 0, tokens: { prompt: 0, completion: 0 }, cost: null, requestsPerSecond: 0, latency: null },
    ...{ course: { seconds: 1, spans: [] }, budget: [], notice: null, batches: [], failures: [], error: null },
    ...more,
  };
}
