/** Carries out a plan in a run's folder: connects, lets the records flow, keeps journal, lineage and rejects, finishes the outputs. */
import { BudgetReachedError } from '../errors.ts';
import { Course, readCourse } from './course.ts';
import { BatchRun, CarriedError } from './batch/batchRun.ts';
import { sumTotals, totalsOf } from './connections.ts';
import type { RunState, RunSummary } from './events.ts';
import { forgetCorrections } from './corrections.ts';
import { openJournal } from './journalUsage.ts';
import { runReport } from './report.ts';
import { replaceFile, writeRunFile } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { finishOutputs } from './runOutputs.ts';
import { STOP_GRACE_MS, stopKindOf, StoppingError } from './stopping.ts';
import { carriedBy, closeWork, openWork, type Ending, type Passes, type Work } from './work.ts';

const PROGRESS_MS = 100;
/** How often it is looked whether a run has come to rest, in milliseconds, and how often in a row it has to look so. */
const STILL_LOOK_MS = 20;
const STILL_LOOKS = 3;

/** Carries out a run that has its folder and its locks. What goes wrong on the way is in the summary, not thrown. */
export async function executeRun(job: RunJob): Promise<RunSummary> {
  const startedAt = (job.settings.now ?? Date.now)();
  const batches = BatchRun.open(job);
  let passes: Passes | undefined;
  if (batches !== undefined)
    passes = { batches, before: totalsOf(openJournal(job.paths.journal).usage, job), retries: 0 };
  const course = await continueCourse(job, startedAt);
  for (let pass = job; ; pass = { ...job, retryFailed: false }) {
    const work = await openWork(pass, startedAt, passes);
    work.progress.course = course;
    const tell = (): void => job.settings.onProgress?.(work.progress.snapshot());
    const ticker = setInterval(tell, PROGRESS_MS);
    let ending: Ending;
    try {
      try {
        ending = await finish(work, await letFlow(work));
      } finally {
        await closeWork(work);
      }
      if (passes !== undefined) ending = await betweenPasses(work, passes, ending);
    } finally {
      clearInterval(ticker);
    }
    if (ending.state === 'waiting') continue;
    return conclude(work, ending.state, ending.failure, tell);
  }
}

/** Goes on with what earlier processes have noted in the run's report. */
async function continueCourse({ paths, file, settings }: RunJob, startedAt: number): Promise<Course> {
  const figures = (await readCourse(paths.report)) ?? { seconds: 1, spans: [] };
  return new Course(settings.now ?? Date.now, startedAt, { figures, seconds: file.totals.seconds });
}

/** Waits for batches where the run can go on then, and gives them up where the person wants that. */
async function betweenPasses(work: Work, passes: Passes, ending: Ending): Promise<Ending> {
  const { batches } = passes;
  const { job, gatherer, minutesLeft } = work;
  const { stop, carry, onWarning } = job.settings;
  let end = ending;
  try {
    if (ending.state === 'waiting') {
      const parts = gatherer?.seal() ?? [];
      if (carry !== undefined) throw new CarriedError(await batches.export(parts, carry));
      await batches.await(stop ?? new AbortController().signal, minutesLeft());
    } else {
      gatherer?.discard();
    }
  } catch (failure) {
    const paused = failure instanceof BudgetReachedError || failure instanceof CarriedError;
    end =
      stop?.aborted === true
        ? { state: 'interrupted', failure: undefined }
        : { state: paused ? 'paused' : 'failed', failure };
  }
  if (end.state !== 'waiting' && stopKindOf(job.settings) === 'cancel') {
    work.progress.stop = 'cancel';
    await batches
      .cancel()
      .catch((error: unknown) => onWarning?.(`Batches could not be cancelled: ${messageOf(error)}`));
  }
  const stillOut = batches.log.out.length;
  if (end.state === 'done' && stillOut > 0)
    onWarning?.(
      `${stillOut} batches are out that the run needs no more; openline batch cancel ${job.file.run} ends them`,
    );
  passes.retries = work.progress.usage().retries;
  work.progress.carried = carriedBy(job, passes);
  work.progress.forgetUsage();
  return end;
}

async function conclude(work: Work, state: RunState, failure: unknown, tell: () => void): Promise<RunSummary> {
  const { job } = work;
  if (failure !== undefined) job.settings.onFailure?.(failure);
  work.progress.state = state;
  work.progress.stop = state === 'interrupted' ? stopKindOf(job.settings) : null;
  work.progress.error = failure === undefined ? null : messageOf(failure);
  const summary = summarize(work, state);
  await closeRunFile(work, summary).catch((error: unknown) => {
    job.settings.onWarning?.(`The run's own records could not be written: ${messageOf(error)}`);
  });
  tell();
  return summary;
}

/** Lets the records flow until all have arrived, something fails, or somebody wants an end; then nothing is under way any more. */
async function letFlow(work: Work): Promise<Ending> {
  const { job, flow, checkSteps, closeSteps, answers, full } = work;
  const { stop } = job.settings;
  const stopped = Promise.withResolvers<'stopped'>();
  const onStop = (): void => {
    stopped.resolve('stopped');
  };
  if (stop?.aborted === true) onStop();
  stop?.addEventListener('abort', onStop, { once: true });
  const still = whenStill(work);
  let ending: Ending;
  try {
    const end = await Promise.race([flow.run(), stopped.promise, full, still.promise]);
    const state = end === 'stopped' ? 'interrupted' : end === 'still' ? 'waiting' : 'done';
    ending = { state, failure: undefined };
    if (state === 'waiting') checkWorthWaiting(work);
  } catch (failure) {
    ending = { state: failure instanceof BudgetReachedError ? 'paused' : 'failed', failure };
  }
  still.end();
  stop?.removeEventListener('abort', onStop);
  answers.stop();
  flow.stop();
  await settle(work, ending);
  try {
    await closeSteps();
    if (ending.state === 'done' && isWhole(job)) checkSteps();
  } catch (failure) {
    if (ending.state === 'done') ending = { state: 'failed', failure };
  }
  return ending;
}

/** Waits for what is in flight: a run that has all it wants need not, one that was stopped lets paid answers arrive. */
async function settle({ job: { settings }, answers, hard, progress }: Work, { state }: Ending): Promise<void> {
  const tell = (): void => {
    if (state === 'interrupted') progress.stop = stopKindOf(settings);
  };
  const giveUp = (): void => {
    tell();
    hard.abort(new StoppingError());
  };
  tell();
  const grace = state === 'done' || state === 'waiting' ? 0 : STOP_GRACE_MS;
  const timer = progress.stop === 'pause' ? undefined : setTimeout(giveUp, grace);
  settings.giveUp?.addEventListener('abort', giveUp, { once: true });
  if (settings.giveUp?.aborted === true) giveUp();
  await answers.settled();
  clearTimeout(timer);
  settings.giveUp?.removeEventListener('abort', giveUp);
}

/** Resolves when a run that gathers questions can only go on with the answers of batches. */
function whenStill({ gatherer, isStill }: Work): { readonly promise: Promise<'still'>; end(): void } {
  const found = Promise.withResolvers<'still'>();
  let looks = 0;
  const timer =
    gatherer === null
      ? undefined
      : setInterval(() => {
          // Once may be between two steps of something; a pass that ends too early costs no more than another batch.
          looks = isStill() ? looks + 1 : 0;
          if (looks === STILL_LOOKS) found.resolve('still');
        }, STILL_LOOK_MS);
  return {
    promise: found.promise,
    end: () => {
      clearInterval(timer);
    },
  };
}

/** @throws why nothing is gained by waiting: the budget holds everything back */
function checkWorthWaiting({ gatherer }: Work): void {
  if (gatherer === null || gatherer.gathered + gatherer.waiting > 0) return;
  if (gatherer.held !== null) throw gatherer.held;
  throw new Error('Nothing in the run can go on, and nothing is asked; this is a mistake in Openline');
}

/** Writes what is left and puts the outputs of a complete run into their places. */
async function finish(work: Work, ending: Ending): Promise<Ending> {
  const { job, writer, rejects, lineage, made, outputs, progress, before } = work;
  const complete = ending.state === 'done';
  try {
    await writer.close();
    await rejects.close();
    await lineage.close();
    await made?.close();
    const totals = sumTotals(before, summarize(work, stateOf(ending)));
    const finished = await finishOutputs(job, outputs, progress, complete, totals);
    if (complete) job.file.outputs = finished.outputs;
    // Only when everything has been through can a step say what never came.
    if (complete && isWhole(job)) for (const remark of work.remarks()) job.settings.onWarning?.(remark);
    return ending;
  } catch (failure) {
    // Of a run that had failed already the first reason counts.
    return complete ? { state: 'failed', failure } : ending;
  }
}

function stateOf({ state }: Ending): RunState {
  return state === 'waiting' ? 'interrupted' : state;
}

/** Whether the run was to go through all its records. */
function isWhole({ file, part }: RunJob): boolean {
  return file.mode === 'run' && file.limit === null && part === undefined;
}

function summarize({ job: { file }, progress, startedAt, now }: Work, state: RunState): RunSummary {
  const totals = progress.totals();
  const usage = progress.usage();
  return {
    run: file.run,
    state: state === 'done' || state === 'failed' || state === 'paused' ? state : 'interrupted',
    records: totals.records,
    discarded: totals.discarded,
    requests: totals.requests,
    reused: totals.reused,
    replayed: totals.replayed,
    retries: usage.retries,
    tokens: usage.tokens,
    cost: usage.cost,
    seconds: (now() - startedAt) / 1000,
    outputs: state === 'done' ? progress.outputs.map((output) => output.file) : [],
    batches: progress.batches?.progress() ?? [],
    error: progress.error,
  };
}

async function closeRunFile({ job, progress, before, journal, now }: Work, summary: RunSummary): Promise<void> {
  const { file, paths, plan } = job;
  // Of a run in passes the journal alone has everything.
  const usage = progress.batches === undefined ? journal.usage : openJournal(paths.journal).usage;
  const totals = sumTotals(before, summary);
  const outputs =
    summary.state === 'done'
      ? file.outputs
      : file.outputs.map((output, index) => ({ ...output, records: progress.outputs[index]?.records ?? 0 }));
  const state = summary.state === 'invalid' ? 'failed' : summary.state;
  // Who is told of the end by `run.json` finds the report there.
  await replaceFile(
    paths.report,
    `${JSON.stringify(runReport(plan, progress, summary, totals, usage, file.estimate), null, 2)}\n`,
  );
  if (state === 'done') await forgetCorrections(paths);
  await writeRunFile(paths, {
    ...file,
    state,
    stop: progress.stop,
    finishedAt: now(),
    totals,
    outputs,
    error: summary.error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
