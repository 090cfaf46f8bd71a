/** Carries out a plan in a run's folder: connects, lets the records flow, keeps journal, lineage and rejects, finishes the outputs. */
import { BudgetReachedError } from '../errors.ts';
import { formatKey } from '../record/key.ts';
import type { Connection } from '../transport/connect.ts';
import { AnswerStore, StoppingError } from './answerStore.ts';
import { connectAll, totalsOf } from './connections.ts';
import type { RunState, RunSummary } from './events.ts';
import { BACKLOG_LIMIT, type Flow } from './flow.ts';
import { createHistory } from './history.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal, type OpenedJournal } from './journalUsage.ts';
import { thisProcess } from './lock.ts';
import { Pace } from './pace.ts';
import { RunProgress } from './progress.ts';
import { runReport } from './report.ts';
import { ReuseIndex } from './reuse.ts';
import { createFlow, type RunFlow } from './runFlow.ts';
import { replaceFile, writeRunFile, type RunTotals } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { finishOutputs, openOutput, type OpenOutput } from './runOutputs.ts';
import { Spill } from './spill.ts';
import { StepRecords } from './stepRecords.ts';
import { TextFile } from './textFile.ts';
import { answersTurnedDown } from './turnedDown.ts';
import { Turns } from './turns.ts';

/** How long requests in flight may go on after the run was asked to stop, in milliseconds. */
const GRACE_MS = 5000;
const PROGRESS_MS = 100;

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
  readonly closeSteps: () => Promise<void>;
  readonly remarks: RunFlow['remarks'];
  readonly checkSteps: RunFlow['checkSteps'];
  /** Aborts what is in flight. */
  readonly hard: AbortController;
  /** Rejects when the journal can take no more than what is in flight. */
  readonly full: Promise<never>;
}

/** How a run ended, and why where it was not its own end. */
interface Ending {
  readonly state: RunState;
  readonly failure: unknown;
}

/** Carries out a run that has its folder and its locks. What goes wrong on the way is in the summary, not thrown. */
export async function executeRun(job: RunJob): Promise<RunSummary> {
  const work = await openWork(job);
  const tell = (): void => job.settings.onProgress?.(work.progress.snapshot());
  const ticker = setInterval(tell, PROGRESS_MS);
  let ending: Ending;
  try {
    ending = await finish(work, await letFlow(work));
  } finally {
    clearInterval(ticker);
    await closeAll(work);
  }
  const { state, failure } = ending;
  if (failure !== undefined) job.settings.onFailure?.(failure);
  work.progress.state = state;
  work.progress.error = failure === undefined ? null : messageOf(failure);
  const summary = summarize(work, state);
  await closeRunFile(work, summary).catch((error: unknown) => {
    job.settings.onWarning?.(`The run's own records could not be written: ${messageOf(error)}`);
  });
  tell();
  return summary;
}

async function openWork(job: RunJob): Promise<Work> {
  const { settings, plan, paths, file } = job;
  const now = settings.now ?? Date.now;
  const startedAt = now();
  const progress = new RunProgress(plan, file.run, now);
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
  const reuse = file.fresh ? null : await ReuseIndex.open(job.root, file.run);
  for (const origin of journal.claimed) reuse?.markClaimed(origin);
  if (reuse !== null && file.askAgain !== null) {
    for (const origin of await answersTurnedDown(job.root, file.askAgain)) reuse.markClaimed(origin);
  }
  const before = totalsOf(journal.usage, job);
  const writer = await JournalWriter.open(paths.journal, journal.intactBytes, full.reject);
  const reader = journal.spans.size === 0 ? null : new JournalReader(paths.journal, { isChecked: true });
  const { connections, budget } = connectAll(job, journal.usage, before);
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
    pace: new Pace(() => outputs.some((output) => output.backlog > BACKLOG_LIMIT)),
  });
  const historyOf = createHistory();
  progress.onRejected = (step, { reason, message, address, fields, score }, item) => {
    const at = address === undefined ? {} : { at: address };
    const measured = score === undefined ? {} : { score };
    const told = { id: formatKey(item.key), step, reason, message, ...measured, ...at, fields: fields ?? item.fields };
    rejects.write(`${JSON.stringify(told).slice(0, -1)},"steps":[${historyOf(item.origin)}]}\n`);
  };
  const { flow, remarks, checkSteps, closeSteps } = createFlow(job, { progress, answers, outputs, spill, connections });
  progress.state = 'running';
  await writeRunFile(paths, { ...file, state: 'running', finishedAt: null, process: thisProcess(), error: null });
  const opened = { job, startedAt, now, progress, journal, before, writer, reader, reuse, connections };
  const running = { flow, remarks, checkSteps, closeSteps, hard, full: full.promise };
  return { ...opened, answers, spill, rejects, lineage, made, outputs, ...running };
}

/** Lets the records flow until all have arrived, something fails, or somebody wants an end; then nothing is under way any more. */
async function letFlow({ job, flow, checkSteps, closeSteps, answers, hard, full }: Work): Promise<Ending> {
  const { stop } = job.settings;
  const stopped = Promise.withResolvers<'stopped'>();
  const onStop = (): void => {
    stopped.resolve('stopped');
  };
  if (stop?.aborted === true) onStop();
  stop?.addEventListener('abort', onStop, { once: true });
  let ending: Ending;
  try {
    const end = await Promise.race([flow.run(), stopped.promise, full]);
    ending = { state: end === 'stopped' ? 'interrupted' : 'done', failure: undefined };
  } catch (failure) {
    ending = { state: failure instanceof BudgetReachedError ? 'paused' : 'failed', failure };
  }
  stop?.removeEventListener('abort', onStop);
  answers.stop();
  flow.stop();
  // A run that has all it wants need not wait; one that was stopped lets paid answers arrive.
  const grace = setTimeout(() => hard.abort(new StoppingError()), ending.state === 'done' ? 0 : GRACE_MS);
  await answers.settled();
  clearTimeout(grace);
  try {
    await closeSteps();
    if (ending.state === 'done' && isWhole(job)) checkSteps();
  } catch (failure) {
    if (ending.state === 'done') ending = { state: 'failed', failure };
  }
  return ending;
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
    const totals = sumTotals(before, summarize(work, ending.state));
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

/** Whether the run was to go through all its records. */
function isWhole({ file }: RunJob): boolean {
  return file.mode === 'run' && file.limit === null;
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
    error: progress.error,
  };
}

/** Totals over all the processes that have worked on the run. */
function sumTotals(before: RunTotals, summary: RunSummary): RunTotals {
  return {
    records: summary.records,
    discarded: summary.discarded,
    requests: before.requests + summary.requests,
    reused: before.reused + summary.reused,
    tokens: {
      prompt: before.tokens.prompt + summary.tokens.prompt,
      completion: before.tokens.completion + summary.tokens.completion,
    },
    cost: summary.cost === null ? before.cost : (before.cost ?? 0) + summary.cost,
    seconds: before.seconds + summary.seconds,
  };
}

async function closeRunFile({ job, progress, before, journal, now }: Work, summary: RunSummary): Promise<void> {
  const { file, paths, plan } = job;
  const totals = sumTotals(before, summary);
  const outputs =
    summary.state === 'done'
      ? file.outputs
      : file.outputs.map((output, index) => ({ ...output, records: progress.outputs[index]?.records ?? 0 }));
  const state = summary.state === 'invalid' ? 'failed' : summary.state;
  await writeRunFile(paths, { ...file, state, finishedAt: now(), totals, outputs, error: summary.error });
  await replaceFile(
    paths.report,
    `${JSON.stringify(runReport(plan, progress, summary, totals, journal.usage, file.estimate), null, 2)}\n`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
