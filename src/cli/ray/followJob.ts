/** Follows a job to its end, from its state and what its driver prints. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { runIdSchema, type JobProgress } from '../../core/run/ray/savedJobs.ts';
import type { JobsClient, JobStatus } from './jobsClient.ts';

/** How often it is looked, in milliseconds. */
const LOOK_MS = 1000;
/** What the driver's lines for us begin with (library/ray/driver.py). */
export const MARK = 'OPENLINE ';

const told = z.object({
  phase: z.enum(['trunk', 'shards', 'whole', 'waiting', 'end']),
  run: runIdSchema.optional(),
  shards: z.number().optional(),
  done: z.number().optional(),
  /** CPUs for which it waits, since no node has so many; null: one has them again. */
  cpus: z.number().nullish(),
  /** Of the end: where the workspace lies on the storage, and what the run printed last. */
  root: z.string().optional(),
  result: z
    .looseObject({
      run: runIdSchema.nullish(),
      state: z.enum(['done', 'failed', 'invalid', 'paused', 'interrupted']),
      error: z.string().nullish(),
    })
    .optional(),
});
export type Told = z.infer<typeof told>;

/** The last thing that the driver told; undefined: nothing yet. */
export function lastTold(logs: string): Told | undefined {
  for (const line of logs.split('\n').toReversed()) {
    if (!line.startsWith(MARK)) continue;
    const checked = told.safeParse(parseJson(line.slice(MARK.length)));
    if (checked.success) return checked.data;
  }
  return undefined;
}

/** Where a job stands, in a line. */
export function describeJob({ status }: Pick<JobStatus, 'status'>, last: Told | undefined): string {
  if (last === undefined) return status === 'PENDING' ? 'waits for the cluster' : status.toLowerCase();
  const { phase, run, shards = 0, done = 0, result } = last;
  const named = run === undefined ? '' : `run ${run}: `;
  if (phase === 'trunk') return 'asks what comes before the shards';
  if (phase === 'waiting') {
    return typeof last.cpus === 'number'
      ? `waits: no node of the cluster has ${last.cpus} CPUs (ask for less with --cpus, or add nodes)`
      : 'goes on: a node has come';
  }
  if (phase === 'shards') return `${named}${done} of ${shards} shards done`;
  if (phase === 'whole') return `${named}goes on from the answers of all shards`;
  return `${result?.state ?? 'ended'}${typeof result?.error === 'string' ? `: ${result.error}` : ''}`;
}

/** The same for the file of the job. */
export function progressOf(last: Told | undefined): JobProgress {
  if (last === undefined) return { phase: 'begun' };
  const { phase, run, shards, done, cpus } = last;
  const counts = { ...(shards === undefined ? {} : { shards }), ...(done === undefined ? {} : { done }) };
  const ended = phase === 'end' ? 'ended' : phase;
  return { phase: ended, ...(run === undefined ? {} : { run }), ...counts, ...(cpus == null ? {} : { cpus }) };
}

export interface Ended {
  readonly status: JobStatus;
  readonly told: Told | undefined;
  readonly logs: string;
}

/** @param show told of every change @returns how it ended; undefined when `stop` was asked for: the job goes on */
export async function followJob(
  client: JobsClient,
  job: string,
  stop: AbortSignal,
  show: (line: string, progress: JobProgress) => Promise<void>,
): Promise<Ended | undefined> {
  let shown = '';
  while (!stop.aborted) {
    const status = await client.status(job);
    const logs = await client.logs(job).catch(() => '');
    const last = lastTold(logs);
    const line = describeJob(status, last);
    if (line !== shown) await show(line, progressOf(last));
    shown = line;
    if (status.status !== 'PENDING' && status.status !== 'RUNNING') return { status, told: last, logs };
    await sleep(LOOK_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return undefined;
}
