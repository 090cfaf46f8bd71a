import { readFile } from 'node:fs/promises';
import { formatDiagnostic } from '../../core/errors.ts';
import type { RunSettings } from '../../core/run/runJob.ts';
import { startRun } from '../../core/run/runPipeline.ts';
import { EXIT_STATUS, type Result, type Surroundings } from '../console.ts';
import { estimateLine } from '../estimateText.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand, type Planned } from '../plan.ts';
import { ProgressLine } from '../progressLine.ts';
import { scriptsAllowed } from '../scripts.ts';
import { summaryText } from '../summaryText.ts';
import { openHttp } from '../workspace.ts';
import type { RunSummary } from '../../core/run/events.ts';

export const RUN_OPTIONS: readonly OptionName[] = [
  'base-url',
  'model',
  'api-key-env',
  'endpoint',
  'set',
  'concurrency',
  'output',
  'force',
  'allow-scripts',
  'fresh',
  'more',
  'limit',
  'shards',
  'until',
  'budget-requests',
  'budget-tokens',
  'budget-cost',
  'budget-minutes',
];
export const PREVIEW_OPTIONS: readonly OptionName[] = RUN_OPTIONS.filter(
  (name) => !['output', 'force', 'more', 'shards'].includes(name),
);

/** `openline run FILE` and `openline preview FILE`. */
export async function runCommand(mode: 'run' | 'preview', given: Given, around: Surroundings): Promise<Result> {
  return runPlanned(mode, await planCommand(given, around), given, around);
}

/** Runs a pipeline that has been planned, with the options of the command. */
export async function runPlanned(
  mode: 'run' | 'preview',
  { plan, warnings, profiles, workspace }: Planned,
  given: Given,
  around: Surroundings,
): Promise<Result> {
  const concurrency = given.number('concurrency', 1);
  const limit = given.number('limit', 1);
  const more = given.number('more', 1);
  const shards = given.number('shards', 1);
  const allowScripts = await scriptsAllowed(plan, given, around);
  for (const warning of warnings) around.err.write(`warning: ${formatDiagnostic(warning)}\n`);
  const { summary, folder } = await watched(around, given, (settings) =>
    startRun({
      ...settings,
      plan,
      text: workspace.text,
      root: workspace.root,
      mode,
      profiles,
      allowCode: given.flag('allow-scripts'),
      allowScripts,
      force: given.flag('force'),
      fresh: given.flag('fresh'),
      // A path given on the command line is meant, wherever it lies.
      allowOutside: given.text('output') !== undefined,
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(limit === undefined ? {} : { limit }),
      ...(more === undefined ? {} : { more }),
      ...(shards === undefined ? {} : { shards }),
    }),
  );
  if (mode === 'preview' && !given.flag('json')) {
    for (const output of summary.outputs) around.out.write(await readFile(output, 'utf8'));
  }
  return finish(summary, folder, given, around, summary.shards === undefined ? undefined : nextShards(summary));
}

/** What is to be done with a run that was divided. */
function nextShards({ run, shards = 1 }: RunSummary): readonly string[] {
  const each = `openline resume ${run ?? 'latest'} --shard 0`;
  return [
    `Each shard, on any machine that sees this folder: ${each}${shards === 1 ? '' : ` (to ${shards - 1})`}`,
    `Then: openline resume ${run ?? 'latest'}`,
  ];
}

/** Carries out a run while its progress is shown; makes and closes what it needs. */
export async function watched(
  around: Surroundings,
  given: Given,
  start: (settings: Omit<RunSettings, 'profiles'>) => Promise<RunSummary>,
): Promise<{ summary: RunSummary; folder: string }> {
  const line = new ProgressLine(around.err);
  const http = openHttp(around.env);
  let folder = '';
  try {
    const summary = await start({
      http,
      version: around.version,
      stop: around.stop,
      onStarted: (run, path) => {
        folder = path;
        if (!given.flag('json')) around.err.write(`run ${run}\n`);
      },
      onEstimate: (estimate) => {
        if (!given.flag('json')) around.err.write(`${estimateLine(estimate)}\n`);
      },
      onProgress: (snapshot) => {
        line.show(snapshot);
      },
      environment: around.env,
      onScriptLine: (step, text) => {
        line.clear();
        around.err.write(`[${step}] ${text}\n`);
      },
      onWarning: (message) => {
        line.clear();
        around.err.write(`warning: ${message}\n`);
      },
    });
    return { summary, folder };
  } finally {
    line.clear();
    await http.close();
  }
}

/** Tells what came of a run. @param next what to do next, where the usual is not it */
export async function finish(
  summary: RunSummary,
  folder: string,
  given: Given,
  around: Surroundings,
  next?: readonly string[],
): Promise<Result> {
  const text = await summaryText(summary, folder, around.cwd, next);
  (given.flag('json') ? around.err : around.out).write(text);
  return { status: EXIT_STATUS[summary.state], json: { ...summary } };
}
