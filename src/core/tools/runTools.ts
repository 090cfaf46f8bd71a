/** Tools that start runs, follow them and stop them. */
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../errors.ts';
import type { Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import { currentState, findRun } from '../run/findRun.ts';
import { listRuns, readRunFile, runPaths, runsFolder } from '../run/runFolder.ts';
import { carryOut, LONGEST_WAIT_SECONDS, ownerOf, statusOf, USUAL_WAIT_SECONDS, waitForEnd } from './carryOut.ts';
import { rootsOf, shownPath } from './places.ts';
import {
  budgetInput,
  choicesInput,
  endpointsAsked,
  overridesOf,
  pipelineInput,
  planFile,
  runQuestion,
} from './planning.ts';
import { defineTool, type ToolAnswer, type ToolContext } from './tool.ts';
import type { RunQuestion } from './toolQuestion.ts';

const waitInput = z.object({
  wait_seconds: z
    .int()
    .min(0)
    .max(LONGEST_WAIT_SECONDS)
    .default(USUAL_WAIT_SECONDS)
    .describe('How long to wait for the end; a longer run goes on, and run_status tells where it stands'),
});
const runInput = z.object({
  run: z.string().default('latest').describe('Id of the run, or `latest`'),
});

export const previewRun = defineTool({
  name: 'preview_run',
  title: 'Preview Run',
  description:
    'Makes the first 3 records of a pipeline and returns them. Asks models, so it may cost a little: the person is asked first. A run that follows takes the answers over.',
  input: pipelineInput.extend(choicesInput.shape).extend(waitInput.shape),
  effect: 'spends',
  ownsRuns: true,
  question: async (input, context) => runQuestion('preview', await planFile(input, context), {}, context),
  async run(input, context): Promise<ToolAnswer> {
    const { file } = await planFile(input, context);
    return carryOut({ type: 'start', mode: 'preview', file, choices: overridesOf(input) }, input.wait_seconds, context);
  },
});

const runPipelineInput = pipelineInput.extend(choicesInput.shape).extend({
  limit: z.int().min(1).optional().describe('Only the first so many records'),
  more: z.int().min(1).optional().describe('So many records more than there are'),
  fresh: z.boolean().optional().describe('Takes no answers over from earlier runs'),
  budget: budgetInput,
  ...waitInput.shape,
});

export const runPipelineTool = defineTool({
  name: 'run_pipeline',
  title: 'Run Pipeline',
  description:
    'Runs a pipeline and writes its records to its output. Asks models and may cost money: the person is asked first, with endpoint, requests and cost. Estimate and preview before. Answers of earlier runs are reused, so running again pays only for what changed.',
  input: runPipelineInput,
  effect: 'spends',
  ownsRuns: true,
  question: async (input, context) => runQuestion('run', await planFile(input, context), input.budget ?? {}, context),
  async run(input, context): Promise<ToolAnswer> {
    const { file } = await planFile(input, context);
    const { limit, more, fresh, budget } = input;
    const choices = {
      ...overridesOf(input),
      ...(limit === undefined ? {} : { limit }),
      ...(more === undefined ? {} : { more }),
      ...(fresh === undefined ? {} : { fresh }),
      ...(budget === undefined ? {} : { budget }),
    };
    return carryOut({ type: 'start', mode: 'run', file, choices }, input.wait_seconds, context);
  },
});

export const resumeRunTool = defineTool({
  name: 'resume_run',
  title: 'Resume Run',
  description:
    'Goes on with a run that was interrupted, paused by its budget or has failed. Nothing that was answered is asked again. May cost money: the person is asked first.',
  input: runInput.extend({
    budget: budgetInput,
    retry_failed: z.boolean().optional().describe('Asks again what had failed for good'),
    ...waitInput.shape,
  }),
  effect: 'spends',
  ownsRuns: true,
  async question({ run, budget }, context): Promise<RunQuestion> {
    const folder = await runOf(run, 'unfinished', context);
    const file = await readRunFile(runPaths(folder));
    const plan = parseJson(file.plan) as unknown as Plan;
    const { profiles } = await context.profilesOf(rootOf(folder));
    const left = (expected: number, used: number): number => Math.max(0, Math.round(expected - used));
    const { requests, tokens, cost, seconds } = file.estimate;
    const { totals } = file;
    const used = totals.tokens.prompt + totals.tokens.completion;
    return {
      kind: 'resume',
      pipeline: shownPath(file.pipeline.file, context),
      run: file.run,
      endpoints: endpointsAsked(plan, profiles),
      requests: exactly(left(requests, totals.requests + totals.reused)),
      tokens: left(tokens.prompt + tokens.completion, used),
      cost: cost === null ? null : exactly(Math.max(0, cost - (totals.cost ?? 0))),
      seconds: left(seconds, totals.seconds),
      budget: { ...plan.budget, ...budget },
      outputs: file.outputs.map(({ path }) => shownPath(path, context)),
      programs: plan.steps.flatMap((step) => (step.kind === 'script' ? [step.command.join(' ')] : [])),
      sha256: file.planHash,
    };
  },
  async run({ run, budget, retry_failed: retryFailed, wait_seconds: wait }, context): Promise<ToolAnswer> {
    const folder = await runOf(run, 'unfinished', context);
    const choices = {
      ...(budget === undefined ? {} : { budget }),
      ...(retryFailed === undefined ? {} : { retryFailed }),
    };
    return carryOut({ type: 'resume', folder, choices }, wait, context);
  },
});

export const runStatus = defineTool({
  name: 'run_status',
  title: 'Run Status',
  description:
    'Tells where a run stands: state, records, requests, cost, rejects, outputs. With `wait_seconds`, waits for its end that long.',
  input: runInput.extend({ wait_seconds: waitInput.shape.wait_seconds.default(0) }),
  effect: 'reads',
  ownsRuns: true,
  async run({ run, wait_seconds: wait }, context): Promise<ToolAnswer> {
    const folder = await runOf(run, 'any', context);
    await waitForEnd(folder, wait, context.signal);
    return statusOf(folder, context);
  },
});

export const cancelRun = defineTool({
  name: 'cancel_run',
  title: 'Cancel Run',
  description:
    'Stops a run that goes on. What was answered is kept, and resume_run takes it up again. Stops only runs that were started here.',
  input: runInput,
  effect: 'stops',
  ownsRuns: true,
  async run({ run }, context): Promise<ToolAnswer> {
    const folder = await runOf(run, 'unfinished', context);
    if (!ownerOf(context).cancel(folder)) {
      throw InvalidInputError.of(
        'not-running-here',
        `The run ${basename(folder)} does not go on here: it has ended, or another process works on it`,
      );
    }
    await waitForEnd(folder, USUAL_WAIT_SECONDS, context.signal);
    return statusOf(folder, context);
  },
});

export const listRunsTool = defineTool({
  name: 'list_runs',
  title: 'List Runs',
  description: 'Lists the runs of the open folder, the newest first, with state, records, requests, cost and outputs.',
  input: z.object({ limit: z.int().min(1).max(100).default(10).describe('How many at the most') }),
  effect: 'reads',
  async run({ limit }, context): Promise<ToolAnswer> {
    const folders: string[] = [];
    for (const root of await rootsOf(context)) {
      for (const run of await listRuns(root)) folders.push(join(runsFolder(root), run));
    }
    // Ids begin with the time.
    folders.sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
    const rows = await Promise.all(
      folders.slice(0, limit).map(async (folder) => {
        const file = await readRunFile(runPaths(folder)).catch(() => undefined);
        if (file === undefined) return { run: basename(folder), state: 'unreadable' };
        const { records, discarded, requests, reused, cost, seconds } = file.totals;
        return {
          run: file.run,
          state: currentState(file),
          mode: file.mode,
          pipeline: shownPath(file.pipeline.file, context),
          started: new Date(file.startedAt).toISOString(),
          ...{ records, discarded, requests, reused, cost, seconds },
          outputs: file.outputs.map(({ path }) => shownPath(path, context)),
          error: file.error,
        };
      }),
    );
    return { facts: { runs: rows, total: folders.length } };
  },
});

/** The folder of a run that a model names, of any of the open folders. @throws InvalidInputError */
export async function runOf(name: string, of: 'unfinished' | 'any', context: ToolContext): Promise<string> {
  let first: Error | undefined;
  const found: string[] = [];
  for (const root of await rootsOf(context)) {
    try {
      found.push(await findRun(root, name, of));
    } catch (error) {
      first ??= error instanceof Error ? error : new Error(String(error));
    }
  }
  const newest = found.sort((a, b) => (basename(a) < basename(b) ? 1 : -1))[0];
  if (newest !== undefined) return newest;
  throw first ?? InvalidInputError.of('no-folder', 'No folder is open: open one to work in');
}

/** The folder that holds `.openline`. */
export function rootOf(runFolder: string): string {
  return dirname(dirname(dirname(runFolder)));
}

function exactly(value: number) {
  return { low: value, likely: value, high: value };
}
