/** What stands in the `run.json` of a run that begins. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Plan } from '../pipeline/plan.ts';
import type { Estimate } from './estimate.ts';
import { thisProcess } from './lock.ts';
import { folderMark, listRuns, readRunFile, RUN_FORMAT, runPaths, runsFolder, type RunFile } from './runFolder.ts';
import { profileOf } from './runJob.ts';
import type { StartOptions } from './runPipeline.ts';

/** Records that a preview makes. */
const PREVIEW_RECORDS = 3;

/** A run that is about to begin. */
export interface BeginningRun {
  readonly run: string;
  /** Its folder. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** With its sources settled. */
  readonly plan: Plan;
  readonly estimate: Estimate;
}

/** @throws InvalidInputError when the plan names an endpoint that there is none of */
export async function newRunFile(
  options: Omit<StartOptions, 'plan'>,
  { run, folder, startedAt, plan, estimate }: BeginningRun,
): Promise<RunFile> {
  const { mode, limit, more } = options;
  const planText = JSON.stringify(plan);
  return {
    format: RUN_FORMAT,
    run,
    state: 'starting',
    stop: null,
    version: options.version,
    mode,
    pipeline: { file: plan.file, name: plan.name, recipe: plan.recipe, text: options.text },
    startedAt,
    finishedAt: null,
    process: thisProcess(),
    folderMark: await folderMark(folder),
    endpoints: Object.fromEntries(plan.endpoints.map((name) => [name, profileOf(options.profiles, name).profile])),
    outputs: plan.outputs.map(({ name, path, shown }) => ({ name, path, shown, records: 0, sha256: null })),
    totals: {
      records: 0,
      discarded: 0,
      requests: 0,
      reused: 0,
      tokens: { prompt: 0, completion: 0 },
      cost: null,
      seconds: 0,
    },
    error: null,
    plan: planText,
    planHash: hashOf(planText),
    limit: mode === 'preview' ? (limit ?? PREVIEW_RECORDS) : (limit ?? null),
    more: more ?? null,
    moreThan: more === undefined ? 0 : await latestRecords(plan, options.root),
    fresh: options.fresh === true || plan.reuse === false,
    askAgain: options.askAgain ?? null,
    estimate: {
      requests: estimate.requests.likely,
      tokens: { prompt: estimate.promptTokens.likely, completion: estimate.completionTokens.likely },
      cost: estimate.cost?.likely ?? null,
      seconds: estimate.seconds.likely,
    },
  };
}

/** SHA-256, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Records that the latest complete run of the same output has made; 0 where there is none. */
async function latestRecords(plan: Plan, root: string): Promise<number> {
  const path = plan.outputs[0]?.path;
  for (const run of (await listRuns(root)).toReversed()) {
    const file = await readRunFile(runPaths(join(runsFolder(root), run))).catch(() => undefined);
    const output =
      file?.state === 'done' && file.mode === 'run' ? file.outputs.find((made) => made.path === path) : undefined;
    if (output !== undefined) return output.records;
  }
  return 0;
}
