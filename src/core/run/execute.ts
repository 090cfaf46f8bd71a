/** Carries out a plan in a run's folder: connects, lets the records flow, keeps journal, lineage and rejects, finishes the outputs. */
import { BudgetReachedError } from '../errors.ts';
import { formatKey } from '../record/key.ts';
import { AnswerStore, StoppingError } from './answerStore.ts';
import { connectAll, totalsOf } from './connections.ts';
import type { RunState, RunSummary } from './events.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal, type StepUsage } from './journalUsage.ts';
import { thisProcess } from './lock.ts';
import { RunProgress } from './progress.ts';
import { runReport } from './report.ts';
import { ReuseIndex } from './reuse.ts';
import { createFlow } from './runFlow.ts';
import { replaceFile, writeRunFile, type RunTotals } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { finishOutputs, openOutput } from './runOutputs.ts';
import { Spill } from './spill.ts';
import { TextFile } from './textFile.ts';
import { Turns } from './turns.ts';

/** How long requests in flight may go on after the run was asked to stop, in milliseconds. */
const GRACE_MS = 5000;
const PROGRESS_MS = 100;

export async function executeRun(options: RunJob): Promise<RunSummary> {
  const { settings, plan, paths, file } = options;
  const now = settings.now ?? Date.now;
  const startedAt = now();
  const progress = new RunProgress(plan, file.run, now);
  const hard = new AbortController();
  const journal = openJournal(paths.journal);
  if (journal.harmed > 0) {
    settings.onWarning?.(
      `${journal.harmed} lines of ${paths.journal} are damaged; the answers in them are asked again`,
    );
  }
  const reuse = file.fresh ? null : await ReuseIndex.open(options.root, file.run);
  for (const origin of journal.claimed) reuse?.markClaimed(origin);
  const writer = await JournalWriter.open(paths.journal, journal.intactBytes);
  const reader = journal.spans.size === 0 ? null : new JournalReader(paths.journal);
  const before = totalsOf(journal.usage, options);
  const connections = connectAll(options, before);
  progress.connections = connections;
  const answers = new AnswerStore({
    connections,
    journalled: journal.spans,
    reader,
    writer,
    reuse,
    retryFailed: options.retryFailed,
    signal: hard.signal,
    turns: file.mode === 'preview' && settings.concurrency === undefined ? new Turns() : null,
  });
  const spill = new Spill(paths.spill);
  const rejects = await TextFile.create(paths.rejects);
  const lineage = await TextFile.create(paths.lineage);
  const outputs = await Promise.all(plan.outputs.map((output) => openOutput(output, options, progress, lineage)));
  progress.onRejected = (step, rejection, item) => {
    const { reason, message, address } = rejection;
    const fields = rejection.fields ?? item.fields;
    rejects.write(
      `${JSON.stringify({ id: formatKey(item.key), step, reason, message, ...(address === undefined ? {} : { at: address }), fields })}\n`,
    );
  };
  const flow = createFlow(options, { progress, answers, outputs, spill, connections });
  const stop = (): void => {
    flow.stop();
    answers.stop();
    setTimeout(() => {
      hard.abort(new StoppingError());
    }, GRACE_MS).unref();
  };
  settings.stop?.addEventListener('abort', stop, { once: true });
  progress.state = 'running';
  await writeRunFile(paths, { ...file, state: 'running', finishedAt: null, process: thisProcess(), error: null });
  const tell = (): void => settings.onProgress?.(progress.snapshot());
  const ticker = setInterval(tell, PROGRESS_MS);

  let state: RunState;
  let failure: unknown;
  try {
    const stopped = new Promise<void>((resolve) => {
      if (settings.stop?.aborted === true) resolve();
      settings.stop?.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    if (settings.stop?.aborted === true) stop();
    await Promise.race([flow.run(), stopped]);
    state = settings.stop?.aborted === true ? 'interrupted' : 'done';
  } catch (error) {
    failure = error;
    state = error instanceof BudgetReachedError ? 'paused' : 'failed';
  }
  answers.stop();
  flow.stop();
  // A run that has all it wants need not wait; one that was stopped lets paid answers arrive.
  if (state === 'done') hard.abort(new StoppingError());
  else {
    setTimeout(() => {
      hard.abort(new StoppingError());
    }, GRACE_MS).unref();
  }
  await answers.settled();
  clearInterval(ticker);

  try {
    await writer.close();
    await rejects.close();
    await lineage.close();
    const soFar = summarize(options, progress, state, (now() - startedAt) / 1000);
    const finished = await finishOutputs(options, outputs, progress, state === 'done', sumTotals(before, soFar));
    if (state === 'done') Object.assign(file, finished);
  } catch (error) {
    if (state === 'done') [state, failure] = ['failed', error];
  } finally {
    reader?.close();
    reuse?.close();
    spill.close();
    await Promise.all([...connections.values()].map((connection) => connection.close()));
  }
  if (failure !== undefined) settings.onFailure?.(failure);
  progress.state = state;
  progress.error = failure === undefined ? null : messageOf(failure);
  const summary = summarize(options, progress, state, (now() - startedAt) / 1000);
  await closeRunFile(options, progress, summary, now(), sumTotals(before, summary), journal.usage);
  tell();
  return summary;
}

function summarize({ file }: RunJob, progress: RunProgress, state: RunState, seconds: number): RunSummary {
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
    seconds,
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

async function closeRunFile(
  { file, paths, plan }: RunJob,
  progress: RunProgress,
  summary: RunSummary,
  finishedAt: number,
  totals: RunTotals,
  before: readonly StepUsage[],
): Promise<void> {
  const outputs =
    summary.state === 'done'
      ? file.outputs
      : file.outputs.map((output, index) => ({ ...output, records: progress.outputs[index]?.records ?? 0 }));
  const state = summary.state === 'invalid' ? 'failed' : summary.state;
  await writeRunFile(paths, { ...file, state, finishedAt, totals, outputs, error: summary.error });
  await replaceFile(paths.report, `${JSON.stringify(runReport(plan, progress, summary, totals, before), null, 2)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
