import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CarriedError, type Carriage } from '../../core/run/batch/batchRun.ts';
import { cancelBatches, importAnswers } from '../../core/run/batch/byHand.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';
import { resumeRun, startRun } from '../../core/run/runPipeline.ts';
import type { RunSummary } from '../../core/run/events.ts';
import type { RunSettings } from '../../core/run/runJob.ts';
import { emptySummary, type Result, type Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { planCommand } from '../plan.ts';
import { scriptsAllowed } from '../scripts.ts';
import { shorten } from '../summaryText.ts';
import { UsageError } from '../usage.ts';
import { readyToResume } from './resume.ts';
import { finish, watched } from './run.ts';
import { counted } from '../counted.ts';

export const BATCH_OPTIONS: readonly OptionName[] = [
  'output',
  'force',
  'base-url',
  'model',
  'api-key-env',
  'endpoint',
  'set',
  'allow-scripts',
  'fresh',
  'limit',
  'until',
  'budget-requests',
];

/** `openline batch export FILE`, `openline batch import RUN RESULTS`, `openline batch cancel RUN`. */
export async function batchCommand(given: Given, around: Surroundings): Promise<Result> {
  const [action, ...positionals] = given.positionals;
  const rest = { ...given, positionals };
  switch (action) {
    case 'export':
      return exportRequests(rest, around);
    case 'import':
      return bringAnswers(rest, around);
    case 'cancel':
      return giveUp(rest, around);
    default:
      throw new UsageError(
        `batch takes export FILE, import RUN RESULTS or cancel RUN${action === undefined ? '' : `, not ${action}`}`,
      );
  }
}

/** Writes everything that is ready to be asked into a file, for somebody to carry to a service. */
async function exportRequests(given: Given, around: Surroundings): Promise<Result> {
  const path = given.text('output');
  if (path === undefined) throw new UsageError('Where do the requests go? Give --output requests.jsonl');
  // What is written is not the pipeline's output.
  const without: Given = { ...given, text: (name) => (name === 'output' ? undefined : given.text(name)) };
  const { plan, profiles, workspace } = await planCommand(without, around, { keys: false });
  const allowScripts = await scriptsAllowed(plan, given, around);
  const limit = given.number('limit', 1);
  return carried(path, given, around, (settings) =>
    startRun({
      ...settings,
      plan,
      text: workspace.text,
      root: workspace.root,
      mode: 'run',
      profiles,
      allowScripts,
      fresh: given.flag('fresh'),
      ...(limit === undefined ? {} : { limit }),
    }),
  );
}

/** Takes the answers that were fetched, and goes on until there is something to ask again. */
async function bringAnswers(given: Given, around: Surroundings): Promise<Result> {
  const [run, results, ...more] = given.positionals;
  if (results === undefined || more.length > 0)
    throw new UsageError('Which run, and which file? openline batch import RUN results.jsonl');
  const ready = await readyToResume({ ...given, positionals: [run ?? ''] }, around, { keys: false });
  const { folder } = ready;
  const answers = resolve(around.cwd, results);
  const output = given.text('output');
  const requests = output ?? nextName(results, around);
  return carried(requests, given, around, async (settings) => {
    const { run: id } = await readRunFile(runPaths(folder));
    const imported = await importAnswers({ ...settings, ...ready, answers });
    const { answered, failed, open, reasons } = imported;
    around.err.write(
      `${counted(answered, 'answer')} taken into run ${id}${failed > 0 ? `, ${failed} failed for good` : ''}\n`,
    );
    for (const [reason, count] of reasons)
      around.err.write(`${counted(count, 'request')} without an answer: ${reason}\n`);
    if (open > 0) around.err.write(`${counted(open, 'request')} without an answer yet: in the next file again\n`);
    return resumeRun({ ...settings, ...ready });
  });
}

/** Cancels the batches of a run that a service is answering. */
async function giveUp(given: Given, around: Surroundings): Promise<Result> {
  const ready = await readyToResume(given, around);
  let count = 0;
  await watched(around, given, async (settings) => {
    count = await cancelBatches({ ...settings, ...ready });
    return emptySummary('done', null);
  });
  const { run } = await readRunFile(runPaths(ready.folder));
  if (!given.flag('json'))
    around.out.write(
      `${counted(count, 'batch')} cancelled; what was answered is kept. The rest is asked again with: openline resume ${run}\n`,
    );
  return { status: 0, json: { run, cancelled: count, error: null } };
}

/** Carries out a run whose requests go into files, and says what to do with them. */
async function carried(
  path: string,
  given: Given,
  around: Surroundings,
  start: (settings: Omit<RunSettings, 'profiles'>) => Promise<RunSummary>,
): Promise<Result> {
  let carriage: Carriage | undefined;
  const { summary, folder } = await watched(around, given, (settings) =>
    start({
      ...settings,
      carry: { path: resolve(around.cwd, path), force: given.flag('force') },
      onFailure: (error) => {
        if (error instanceof CarriedError) ({ carriage } = error);
      },
    }),
  );
  if (carriage === undefined) return finish(summary, folder, given, around);
  const files = carriage.paths.map((file) => shorten(file, around.cwd));
  const [first = ''] = files;
  const next = [
    `Have them answered, for example: vllm run-batch -i ${first} -o results.jsonl --model MODEL`,
    `Then: openline batch import ${carriage.run} results.jsonl`,
  ];
  const { status, json } = await finish(summary, folder, given, around, next);
  return { status, json: { ...json, requestFiles: carriage.paths, awaiting: carriage.requests } };
}

/** A name that is free for the requests that answers lead to: `results.jsonl` → `results.next.jsonl`, `results.next-2.jsonl`. */
function nextName(results: string, { cwd }: Surroundings): string {
  for (let number = 1; ; number += 1) {
    const name = results.replace(/(?:\.jsonl)?$/u, `.next${number === 1 ? '' : `-${number}`}.jsonl`);
    if (!existsSync(resolve(cwd, name))) return name;
  }
}
