/** Carries out a run for a tool: waits a while, and tells where it stands. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson, type JsonObject } from '../record/json.ts';
import { currentState } from '../run/findRun.ts';
import { rejectStatistics } from '../run/rejectStatistics.ts';
import { readRunFile, runPaths, type RunFile } from '../run/runFolder.ts';
import { shortenRecord } from './shortTexts.ts';
import { shownPath } from './places.ts';
import type { OwnedOutcome, RunOwner, ToolRunOrder } from './runOwner.ts';
import type { ToolAnswer, ToolContext } from './tool.ts';

/** How long a tool waits for a run unless it is told otherwise: most clients give a call a minute. */
export const USUAL_WAIT_SECONDS = 30;
export const LONGEST_WAIT_SECONDS = 600;
/** How often the folder of another process's run is looked at. */
const LOOK_MS = 500;
/** Characters of each text of a record that are shown of a preview. */
const PREVIEW_TEXT = 2000;
/** Bytes of a preview's output that are read at the most. */
const PREVIEW_BYTES = 1 << 20;

/** @throws Error when the tool was called where runs cannot be started */
export function ownerOf({ runs }: ToolContext): RunOwner {
  if (runs === undefined) throw new Error('Runs cannot be started from here');
  return runs;
}

/** Starts, waits for the end at most so long, and tells what there is. The run goes on when the time is over. */
export async function carryOut(order: ToolRunOrder, seconds: number, context: ToolContext): Promise<ToolAnswer> {
  const { signal } = context;
  signal.throwIfAborted();
  const run = ownerOf(context).start(order);
  const giveUp = (): void => {
    // Nobody waits any more: what nobody watches must not go on spending.
    run.cancel();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const ended = await Promise.race([run.outcome, after(seconds * 1000, signal)]);
    if (ended !== undefined) return await answerOf(ended, context);
    const folder = await run.started;
    if (folder === undefined) return await answerOf(await run.outcome, context);
    return await statusOf(folder, context);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function answerOf(outcome: OwnedOutcome, context: ToolContext): Promise<ToolAnswer> {
  if (outcome.kind === 'ended') return statusOf(outcome.folder, context);
  return { facts: { state: 'not started', error: outcome.message }, next: 'tell the person' };
}

/** Where a run stands, whoever works on it. */
export async function statusOf(folder: string, context: ToolContext): Promise<ToolAnswer> {
  const file = await readRunFile(runPaths(folder));
  const state = currentState(file);
  const going = state === 'starting' || state === 'running';
  const live = going ? (context.runs?.snapshot(folder) ?? null) : null;
  const { records, discarded, requests, reused, tokens, cost } = live ?? file.totals;
  const preview = file.mode === 'preview' && state === 'done' ? await previewRecords(file, folder) : null;
  const rejected = (await rejectStatistics(folder)).filter((step) => Object.keys(step.rejected).length > 0);
  return {
    facts: {
      run: file.run,
      state,
      mode: file.mode,
      pipeline: shownPath(file.pipeline.file, context),
      ...{ records, discarded, requests, reused, cost },
      tokens: { ...tokens },
      seconds: live?.elapsedSeconds ?? file.totals.seconds,
      ...(live === null ? {} : { seconds_to_go: live.remainingSeconds, notice: live.notice?.message ?? null }),
      rejected: rejected.map(({ step, rejected: reasons }) => ({
        step,
        reasons: Object.fromEntries(Object.entries(reasons).map(([reason, { count }]) => [reason, count])),
      })),
      outputs: file.mode === 'preview' ? [] : file.outputs.map(({ path }) => shownPath(path, context)),
      error: file.error,
      ...(preview === null ? {} : { preview }),
    },
    foreign: preview !== null,
    next: nextOf(file, state, records, discarded),
  };
}

function nextOf({ mode, run }: RunFile, state: string, records: number, discarded: number): string {
  if (state === 'starting' || state === 'running') return `it goes on; run_status with run ${run} tells how it ends`;
  if (state === 'paused') return 'its budget is used up; resume_run with a larger budget goes on, if the person agrees';
  if (state !== 'done') return 'what was answered is kept; resume_run goes on once the cause is gone';
  if (mode === 'preview') return 'run_pipeline makes all records and reuses these answers';
  const look = records === 0 ? 'no records came of it' : `query_dataset with dataset ${run} looks at the records`;
  return discarded > 0 ? `${look}; explain_rejects tells what was turned down` : look;
}

const planOutputs = z.object({ outputs: z.array(z.object({ name: z.string() })) });

/** The records that a preview made, of each output. */
async function previewRecords(file: RunFile, folder: string): Promise<JsonObject[]> {
  const outputs = planOutputs.safeParse(parseJson(file.plan)).data?.outputs ?? [];
  const found: JsonObject[] = [];
  for (const { name } of outputs) {
    const text = await readFile(join(runPaths(folder).outputs, `${name}.jsonl`), 'utf8').catch(() => '');
    for (const line of text.slice(0, PREVIEW_BYTES).split('\n')) {
      const value = parseJson(line);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        found.push(shortenRecord(value as JsonObject, PREVIEW_TEXT));
      }
    }
  }
  return found;
}

/** Waits until nobody works on a run, at most so long. */
export async function waitForEnd(folder: string, seconds: number, signal: AbortSignal): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until && !signal.aborted) {
    const state = currentState(await readRunFile(runPaths(folder)));
    if (state !== 'starting' && state !== 'running') return;
    await after(Math.min(LOOK_MS, until - performance.now()), signal);
  }
}

/** Resolves with undefined after so long, or when nobody waits any more. */
function after(milliseconds: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(undefined);
    };
    const timer = setTimeout(done, Math.max(0, milliseconds));
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
