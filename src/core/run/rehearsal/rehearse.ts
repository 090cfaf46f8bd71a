/**
 * Tells what a run would ask, given what earlier runs have answered: the run is rehearsed in a folder that goes, with
 * everything but asking. Nothing is sent and nothing of the workspace is written.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../pipeline/plan.ts';
import { stepsThatRunCode } from '../../pipeline/stepsThatRunCode.ts';
import { connectAll } from '../connections.ts';
import { estimateRun, type Estimate } from '../estimate.ts';
import { JournalReader } from '../journal.ts';
import { openJournal } from '../journalUsage.ts';
import { measuredSteps } from '../measured.ts';
import { newRunFile } from '../newRunFile.ts';
import { RunProgress } from '../progress.ts';
import { ReuseIndex } from '../reuse.ts';
import { createFlow } from '../runFlow.ts';
import { newRunId, runPaths, runsFolder, type RunPaths } from '../runFolder.ts';
import type { RunJob } from '../runJob.ts';
import { openOutput, type OpenOutput } from '../runOutputs.ts';
import type { StartOptions } from '../runPipeline.ts';
import { settleSources } from '../settleSources.ts';
import { Spill } from '../spill.ts';
import { TextFile } from '../textFile.ts';
import { RehearsedAnswers } from './rehearsedAnswers.ts';
import { tellRehearsal, type Rehearsal, type RehearsedOutput } from './rehearsal.ts';

export type { Rehearsal } from './rehearsal.ts';

export interface RehearseOptions extends Omit<StartOptions, 'mode' | 'limit' | 'more' | 'shards' | 'fresh'> {
  /** The run whose answers stand in for those that would be asked anew; absent: none do. */
  readonly former?: string;
}

/** How often it is looked whether anything can still move, in milliseconds, and how often in a row it has to look so. */
const STILL_LOOK_MS = 20;
const STILL_LOOKS = 3;
/** Before what an output has prepared. */
const ANEW = '+';
const KEPT = '=';

/**
 * @returns null where nobody can tell without carrying it out: programs and code would have to run, an editor be asked, or
 *   the run would fail
 * @throws the reason of `stop`
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal | null> {
  const { plan, root, stop } = options;
  if (!canBeRehearsed(plan)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'openline-rehearsal-'));
  try {
    const settled = await settleSources(plan, root, options);
    const paths = runPaths(folder);
    await mkdir(paths.outputs, { recursive: true });
    const estimate = estimateRun(settled, options.profiles, await measuredSteps(settled, root), options.concurrency);
    const run = newRunId(new Date((options.now ?? Date.now)()));
    const begun = { run, folder, startedAt: 0, plan: settled, estimate };
    const file = await newRunFile({ ...options, mode: 'run' }, begun);
    const told = { of: () => undefined };
    const job: RunJob = { settings: options, plan: settled, paths, root, file, told, retryFailed: false };
    return await carryOut(job, estimate, options.former);
  } catch {
    stop?.throwIfAborted();
    // What is wrong with it is told when it is run.
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function canBeRehearsed(plan: Plan): boolean {
  const asksEditor = ({ source }: Extract<Plan['steps'][number], { kind: 'read' }>): boolean =>
    source.kind === 'files' && source.files.some(({ as }) => as === 'symbols');
  return (
    stepsThatRunCode(plan).length === 0 &&
    plan.steps.every((step) => step.kind !== 'script' && (step.kind !== 'read' || !asksEditor(step)))
  );
}

async function carryOut(job: RunJob, estimate: Estimate, former: string | undefined): Promise<Rehearsal> {
  const { plan, paths, root, file, settings } = job;
  const { connections } = connectAll(job, [], file.totals, []);
  const reuse = await ReuseIndex.open(root, file.run);
  const stoodIn = former === undefined ? null : journalOf(runPaths(join(runsFolder(root), former)));
  const answers = new RehearsedAnswers({ connections, reuse, former: stoodIn });
  const progress = new RunProgress(plan, file.run, () => 0);
  const spill = new Spill(paths.spill);
  const lineage = await TextFile.create(paths.lineage, { hashed: false });
  const opened = await Promise.all(plan.outputs.map((output) => openOutput(output, job, progress, lineage)));
  const outputs = opened.map((output) => countAnew(output, answers));
  const ends = createFlow(job, { progress, answers, outputs: outputs.map(({ sink }) => sink), spill, connections });
  try {
    await untilStill(ends, settings.stop);
    const made = outputs.map(({ sink, anew }): RehearsedOutput => {
      const { name, path } = sink.output;
      return { name, path, records: sink.shown.records, anew: anew() };
    });
    return tellRehearsal(plan, settings.profiles, estimate, { steps: answers.steps, outputs: made });
  } finally {
    ends.flow.stop();
    await ends.closeSteps().catch(() => undefined);
    spill.close();
    reuse.close();
    stoodIn?.reader.close();
    await lineage.close();
    await Promise.all(opened.map(({ text }) => text.close()));
    await Promise.all([...connections.values()].map((connection) => connection.close()));
  }
}

function journalOf({
  journal,
}: RunPaths): { spans: ReturnType<typeof openJournal>['spans']; reader: JournalReader } | null {
  const { spans } = openJournal(journal);
  return spans.size === 0 ? null : { spans, reader: new JournalReader(journal, { isChecked: true }) };
}

/** An output that counts the records that come of answers which are asked anew. */
function countAnew(
  output: OpenOutput,
  answers: RehearsedAnswers,
): { readonly sink: OpenOutput; readonly anew: () => number } {
  let count = 0;
  const sink: OpenOutput = {
    ...output,
    prepare: (item) => {
      const prepared = output.prepare(item);
      return prepared === null ? null : `${answers.isAnew(item.origin) ? ANEW : KEPT}${prepared}`;
    },
    commit: (prepared) => {
      if (prepared.startsWith(ANEW)) count += 1;
      output.commit(prepared.slice(1));
    },
    get limit() {
      return output.limit;
    },
    set limit(limit) {
      output.limit = limit;
    },
    get full() {
      return output.full;
    },
    get backlog() {
      return output.backlog;
    },
  };
  return { sink, anew: () => count };
}

/** Lets everything flow that can; what waits for an answer that nobody gives stays where it is. */
async function untilStill(
  { flow, isStill }: ReturnType<typeof createFlow>,
  stop: AbortSignal | undefined,
): Promise<void> {
  const still = Promise.withResolvers<undefined>();
  let looks = 0;
  const timer = setInterval(() => {
    looks = isStill() ? looks + 1 : 0;
    if (looks === STILL_LOOKS || stop?.aborted === true) still.resolve(undefined);
  }, STILL_LOOK_MS);
  try {
    await Promise.race([flow.run(), still.promise]);
  } finally {
    clearInterval(timer);
  }
  stop?.throwIfAborted();
}
