/** A run of the past, told as if it were going on: from `run.json`, `report.json` and `rejects.jsonl`. */
import { open, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { batchesOut } from '../../core/run/batch/batchLog.ts';
import { BUDGET_LIMITS } from '../../core/errors.ts';
import { courseSchema } from '../../core/run/course.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import { parseJson } from '../../core/record/json.ts';
import { runPaths } from '../../core/run/runFolder.ts';
import type { RunEntry } from './runEntry.ts';
import { resultFiles } from './runFiles.ts';

/** What is read of the rejects to show examples, in bytes. */
const REJECTS_READ = 256 * 1024;
const SHOWN_FAILURES = 20;

const reportSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      from: z.array(z.string()).default([]),
      in: z.number(),
      out: z.number(),
      rejected: z.record(z.string(), z.number()),
      requests: z.number(),
      reused: z.number(),
    }),
  ),
  endpoints: z
    .array(z.object({ requests: z.number(), latency: z.object({ p50: z.number(), p90: z.number() }) }))
    .default([]),
  course: courseSchema.default({ seconds: 1, spans: [] }),
  budget: z.array(z.object({ limit: z.enum(BUDGET_LIMITS), amount: z.number(), used: z.number() })).default([]),
  last: z.object({ retries: z.number() }),
});

const rejectSchema = z.object({ id: z.string(), step: z.string(), reason: z.string(), message: z.string() });

export async function pastSnapshot(entry: RunEntry): Promise<RunSnapshot> {
  const { totals } = entry;
  const paths = runPaths(entry.folder);
  const reportText = await readFile(paths.report, 'utf8').catch(() => '');
  const report = reportSchema.safeParse(parseJson(reportText)).data;
  return {
    run: entry.run,
    pipeline: entry.pipeline.name,
    state: entry.state,
    startedAt: entry.startedAt,
    elapsedSeconds: totals.seconds,
    remainingSeconds: null,
    steps: (report?.steps ?? []).map((step) => ({
      id: step.id,
      kind: step.kind,
      from: step.from,
      waiting: 0,
      inFlight: 0,
      done: step.in,
      out: step.out,
      rejected: step.rejected,
      requests: step.requests,
      reused: step.reused,
      expected: null,
    })),
    outputs: entry.outputs.map((output) => ({
      name: output.name,
      path: output.shown,
      file: resultFiles(entry, output)[0] ?? output.path,
      records: output.records,
    })),
    records: totals.records,
    discarded: totals.discarded,
    requests: totals.requests,
    reused: totals.reused,
    retries: report?.last.retries ?? 0,
    inFlight: 0,
    slots: 0,
    tokens: totals.tokens,
    cost: totals.cost,
    requestsPerSecond: totals.seconds > 0 ? totals.requests / totals.seconds : 0,
    latency: latencyOf(report?.endpoints ?? []),
    course: report?.course ?? { seconds: 1, spans: [] },
    budget: report?.budget ?? [],
    notice: null,
    batches: batchesOut(entry.folder),
    failures: await firstRejects(paths.rejects),
    error: entry.error,
  };
}

/** Of the endpoint that was asked most. */
function latencyOf(endpoints: z.infer<typeof reportSchema>['endpoints']): RunSnapshot['latency'] {
  const [most] = endpoints.toSorted((a, b) => b.requests - a.requests);
  return most === undefined || most.latency.p90 === 0 ? null : { p50: most.latency.p50, p90: most.latency.p90 };
}

async function firstRejects(path: string): Promise<RunSnapshot['failures']> {
  const failures: { step: string; key: string; reason: string; message: string }[] = [];
  for (const line of (await beginningOf(path)).split('\n')) {
    const reject = rejectSchema.safeParse(parseJson(line)).data;
    if (reject === undefined) continue;
    failures.push({ step: reject.step, key: reject.id, reason: reject.reason, message: reject.message });
    if (failures.length === SHOWN_FAILURES) break;
  }
  return failures;
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const buffer = Buffer.alloc(REJECTS_READ);
    const { bytesRead } = await file.read(buffer, 0, REJECTS_READ, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
