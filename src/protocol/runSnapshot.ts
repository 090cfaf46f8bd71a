/** A run as it stands, checked where it comes in: what the host tells the Studio a few times a second. */
import * as z from 'zod/mini';
import type { BudgetLimit } from '../core/errors.ts';
import type { RunState } from '../core/run/events.ts';
import type { StopKind } from '../core/run/stopping.ts';

const RUN_STATES = [
  'starting',
  'running',
  'done',
  'failed',
  'paused',
  'interrupted',
] as const satisfies readonly RunState[];

const STOP_KINDS = ['pause', 'cancel'] as const satisfies readonly StopKind[];

const BUDGET_LIMITS = ['requests', 'tokens', 'cost', 'minutes'] as const satisfies readonly BudgetLimit[];

const count = z.number();
const text = z.string();

export const snapshotSchema = z.object({
  run: text,
  pipeline: text,
  state: z.enum(RUN_STATES),
  stop: z.nullable(z.enum(STOP_KINDS)),
  startedAt: count,
  elapsedSeconds: count,
  remainingSeconds: z.nullable(count),
  steps: z.array(
    z.object({
      id: text,
      kind: text,
      from: z.array(text),
      waiting: count,
      inFlight: count,
      done: count,
      out: count,
      rejected: z.record(text, count),
      requests: count,
      reused: count,
      expected: z.nullable(count),
    }),
  ),
  outputs: z.array(z.object({ name: text, path: text, file: text, records: count })),
  records: count,
  discarded: count,
  requests: count,
  reused: count,
  retries: count,
  inFlight: count,
  slots: count,
  tokens: z.object({ prompt: count, completion: count }),
  cost: z.nullable(count),
  requestsPerSecond: count,
  latency: z.nullable(z.object({ p50: count, p90: count })),
  course: z.object({ seconds: count, spans: z.array(z.object({ answers: count, mean: count, longest: count })) }),
  budget: z.array(z.object({ limit: z.enum(BUDGET_LIMITS), amount: count, used: count })),
  notice: z.nullable(z.object({ endpoint: text, message: text })),
  batches: z.array(
    z.object({
      part: count,
      endpoint: text,
      batch: z.nullable(text),
      status: text,
      answered: count,
      failed: count,
      requests: count,
    }),
  ),
  failures: z.array(z.object({ step: text, key: text, reason: text, message: text })),
  error: z.nullable(text),
});
