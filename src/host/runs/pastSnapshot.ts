/** A run of the past, told as if it were going on: from `run.json`, `report.json` and `rejects.jsonl`. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { batchesOut } from '../../core/run/batch/batchLog.ts';
import { BUDGET_LIMITS } from '../../core/errors.ts';
import { courseSchema } from '../../core/run/course.ts';
import type { RunSnapshot } from '../../core/run/events.ts';
import { failureExampleSchema, readFailureExamples } from '../../core/run/failureExamples.ts';
import { parseJson } from '../../core/record/json.ts';
import { runPaths } from '../../core/run/runFolder.ts';
import type { RunEntry } from './runEntry.ts';
import { resultFiles } from './runFiles.ts';

const reportSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      from: z.array(z.string()).default([]),
      in: z.number(),
      /** Absent in reports of earlier versions. */
      done: z.number().optional(),
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
  /** Absent in reports of earlier versions. */
  failures: z.array(failureExampleSchema).optional(),
  last: z.object({ retries: z.number() }),
});

export async function pastSnapshot(entry: RunEntry): Promise<RunSnapshot> {
  const { totals } = entry;
  const paths = runPaths(entry.folder);
  const reportText = await readFile(paths.report, 'utf8').catch(() => '');
  const report = reportSchema.safeParse(parseJson(reportText)).data;
  return {
    run: entry.run,
    pipeline: entry.pipeline.name,
    state: entry.state,
    stop: entry.stop,
    startedAt: entry.startedAt,
    elapsedSeconds: totals.seconds,
    remainingSeconds: null,
    steps: (report?.steps ?? []).map((step) => ({
      id: step.id,
      kind: step.kind,
      from: step.from,
      waiting: step.in - (step.done ?? step.in),
      inFlight: 0,
      done: step.done ?? step.in,
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
    failures: report?.failures ?? (await readFailureExamples(paths.rejects, causesOf(report?.steps ?? []))),
    error: entry.error,
  };
}

/** Of the endpoint that was asked most. */
function latencyOf(endpoints: z.infer<typeof reportSchema>['endpoints']): RunSnapshot['latency'] {
  const [most] = endpoints.toSorted((a, b) => b.requests - a.requests);
  return most === undefined || most.latency.p90 === 0 ? null : { p50: most.latency.p50, p90: most.latency.p90 };
}

function causesOf(steps: z.infer<typeof reportSchema>['steps']): { step: string; reason: string }[] {
  return steps.flatMap(({ id, rejected }) => Object.keys(rejected).map((reason) => ({ step: id, reason })));
}
