/** Carries out a plan in a run's folder: connects, lets the records flow, keeps journal, lineage and rejects, finishes the outputs. */
import { BudgetReachedError } from '../errors.ts';
import { formatKey } from '../record/key.ts';
import type { Connection } from '../transport/connect.ts';
import { AnswerStore } from './answerStore.ts';
import { Course, readCourse } from './course.ts';
import { BatchRun, CarriedError } from './batch/batchRun.ts';
import type { Gatherer } from './batch/gatherer.ts';
import { connectAll, sumTotals, totalsOf } from './connections.ts';
import type { RunState, RunSummary } from './events.ts';
import { BACKLOG_LIMIT, type Flow } from './flow.ts';
import { Branches } from './branches.ts';
import { forgetCorrections } from './corrections.ts';
import { createHistory } from './history.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal, type OpenedJournal } from './journalUsage.ts';
import { thisProcess } from './lock.ts';
import { Pace } from './pace.ts';
import { RunProgress, type Carried } from './progress.ts';
import { runReport } from './report.ts';
import { ReuseIndex } from './reuse.ts';
import { createFlow, type RunFlow } from './runFlow.ts';
import { replaceFile, writeRunFile, type RunTotals } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { finishOutputs, openOutput, type OpenOutput } from './runOutputs.ts';
import { Spill } from './spill.ts';
import { StepRecords } from './stepRecords.ts';
import { STOP_GRACE_MS, stopKindOf, StoppingError } from './stopping.ts';
import { TextFile } from './textFile.ts';
import { answersTurnedDown } from './turnedDown.ts';
import { Turns } from './turns.ts';

const PROGRESS_MS = 100;
/** How often it is looked whether a run has come to rest, in milliseconds, and how often in a row it has to look so. */
const STILL_LOOK_MS = 20;
const STILL_LOOKS = 3;

/** Everything that is open while a run goes on. */
interface Work {
  readonly job: RunJob;
  readonly startedAt: number;
  readonly now: () => number;
  readonly progress: RunProgress;
  readonly journal: OpenedJournal;
  /** What the run had used up before this process. */
  readonly before: RunTotals;
  readonly writer: JournalWriter;
  readonly reader: JournalReader | null;
  readonly reuse: ReuseIndex | null;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly answers: AnswerStore;
  readonly spill: Spill;
  readonly rejects: TextFile;
  readonly lineage: TextFile;
  /** What the steps of a preview make; null in a run. */
  readonly made: StepRecords | null;
  readonly outputs: readonly OpenOutput[];
  readonly flow: Flow;
  readonly isStill: RunFlow['isStill'];
  /** What is asked in batches; null: everything is asked at once. */
  readonly gatherer: Gatherer | null;
  /** Of the budget. */
  readonly minutesLeft: () => number;
  readonly closeSteps: () => Promise<void>;
  readonly remarks: RunFlow['remarks'];
  readonly checkSteps: RunFlow['checkSteps'];
  /** Aborts what is in flight. */
  readonly hard: AbortController;
  /** Rejects when the journal can take no more than what is in flight. */
  readonly full: Promise<never>;
}

/** How a run ended, and why where it was not its own end; `waiting`: it goes on when a batch is through. */
interface Ending {
  readonly state: RunState | 'waiting';
  readonly failure: unknown;
}

/** What the passes of a run with batches have in common. */
interface Passes {
  readonly batches: BatchRun;
  /** What the run had used up before this process. */
  readonly before: RunTotals;
  retries: number;
}

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
        await closeAll(work);
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

/** What this process has used up so far, from the journal. */
function carriedBy(job: RunJob, { before, retries }: Passes): Carried {
  const now = totalsOf(openJournal(job.paths.journal).usage, job);
  return {
    requests: now.requests - before.requests,
    reused: now.reused - before.reused,
    retries,
    tokens: {
      prompt: now.tokens.prompt - before.tokens.prompt,
      completion: now.tokens.completion - before.tokens.completion,
    },
    cost: now.cost === null ? null : now.cost - (before.cost ?? 0),
  };
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

async function openWork(job: RunJob, startedAt: number, passes: Passes | undefined): Promise<Work> {
  const { settings, plan, paths, file } = job;
  const now = settings.now ?? Date.now;
  const progress = new RunProgress(plan, file.run, now, startedAt);
  const hard = new AbortController();
  const full = Promise.withResolvers<never>();
  // It is raced with the flow; outside of that nobody minds.
  full.promise.catch(() => undefined);
  const journal = openJournal(paths.journal);
  if (journal.harmed > 0) {
    settings.onWarning?.(
      `${journal.harmed} lines of ${paths.journal} are damaged; the answers in them are asked again`,
    );
  }
  const reuse = file.fresh ? null : await ReuseIndex.open(job.root, file.run, job.part === undefined ? 'any' : 'same');
  for (const origin of journal.claimed) reuse?.markClaimed(origin);
  if (reuse !== null && file.askAgain !== null) {
    for (const origin of await answersTurnedDown(job.root, file.askAgain)) reuse.markClaimed(origin);
  }
  const before = passes?.before ?? totalsOf(journal.usage, job);
  if (passes !== undefined) progress.carried = carriedBy(job, passes);
  progress.batches = passes?.batches;
  const writer = await JournalWriter.open(paths.journal, journal.intactBytes, full.reject);
  const reader = journal.spans.size === 0 ? null : new JournalReader(paths.journal, { isChecked: true });
  const spent = { ...before, seconds: before.seconds + (now() - startedAt) / 1000 };
  const { connections, budget } = connectAll(job, journal.usage, spent, passes?.batches.log.out ?? []);
  const gatherer = (await passes?.batches.gatherer(budget.ledger)) ?? null;
  progress.connections = connections;
  progress.budget = budget;
  const spill = new Spill(paths.spill);
  const rejects = await TextFile.create(paths.rejects, { hashed: false });
  const lineage = await TextFile.create(paths.lineage, { hashed: false });
  const made = file.mode === 'preview' ? await StepRecords.create(paths.steps) : null;
  if (made !== null) progress.made = (step, item) => made.add(step, item);
  const outputs = await Promise.all(plan.outputs.map((output) => openOutput(output, job, progress, lineage)));
  const answers = new AnswerStore({
    connections,
    journalled: journal.spans,
    reader,
    writer,
    reuse,
    retryFailed: job.retryFailed,
    signal: hard.signal,
    turns: file.mode === 'preview' && settings.concurrency === undefined ? new Turns() : null,
    gatherer,
    pace: new Pace(() => outputs.some((output) => output.backlog > BACKLOG_LIMIT)),
  });
  const historyOf = createHistory();
  const branches = new Branches(plan.steps);
  progress.onRejected = (step, { reason, message, address, fields, score }, item) => {
    const at = address === undefined ? {} : { at: address };
    const measured = score === undefined ? {} : { score };
    const told = { id: formatKey(item.key), step, reason, message, ...measured, ...at, fields: fields ?? item.fields };
    const names = branches.namesOf(item);
    const places = names.length === 0 ? '' : `,"branches":${JSON.stringify(names)}`;
    rejects.write(`${JSON.stringify(told).slice(0, -1)},"steps":[${historyOf(item.origin)}]${places}}\n`);
  };
  const { flow, isStill, ...ends } = createFlow(job, { progress, answers, outputs, spill, connections });
  progress.state = 'running';
  await writeRunFile(paths, {
    ...file,
    state: 'running',
    stop: null,
    finishedAt: null,
    process: thisProcess(),
    error: null,
  });
  const opened = { job, startedAt, now, progress, journal, before, writer, reader, reuse, connections };
  const { minutes = 0 } = budget.limits;
  const minutesLeft = (): number =>
    minutes === 0 ? Number.POSITIVE_INFINITY : minutes - budget.ledger.spent().minutes;
  const running = { flow, isStill, gatherer, minutesLeft, ...ends, hard, full: full.promise };
  return { ...opened, answers, spill, rejects, lineage, made, outputs, ...running };
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
  const giveUp = (): void => {
    progress.stop = state === 'interrupted' ? stopKindOf(settings) : null;
    hard.abort(new StoppingError());
  };
  progress.stop = state === 'interrupted' ? stopKindOf(settings) : null;
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

async function closeAll({ reader, reuse, spill, connections }: Work): Promise<void> {
  reader?.close();
  reuse?.close();
  spill.close();
  await Promise.all([...connections.values()].map((connection) => connection.close()));
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
