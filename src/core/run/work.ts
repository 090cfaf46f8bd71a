/** What is open while a run goes on: opened from its folder, with what earlier processes have left there. */
import { formatKey } from '../record/key.ts';
import type { Connection } from '../transport/connect.ts';
import { AnswerStore } from './answerStore.ts';
import type { BatchRun } from './batch/batchRun.ts';
import type { Gatherer } from './batch/gatherer.ts';
import { connectAll, totalsOf } from './connections.ts';
import type { RunState } from './events.ts';
import { BACKLOG_LIMIT, type Flow } from './flow.ts';
import { Branches } from './branches.ts';
import { createHistory } from './history.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal, type OpenedJournal } from './journalUsage.ts';
import { thisProcess } from './lock.ts';
import { Pace } from './pace.ts';
import { RunProgress, type Carried } from './progress.ts';
import { ReuseIndex } from './reuse.ts';
import { createFlow, type RunFlow } from './runFlow.ts';
import { writeRunFile, type RunTotals } from './runFolder.ts';
import type { RunJob } from './runJob.ts';
import { openOutput, type OpenOutput } from './runOutputs.ts';
import { Spill } from './spill.ts';
import { StepRecords } from './stepRecords.ts';
import { TextFile } from './textFile.ts';
import { answersTurnedDown } from './turnedDown.ts';
import { Turns } from './turns.ts';

/** Everything that is open while a run goes on. */
export interface Work {
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
export interface Ending {
  readonly state: RunState | 'waiting';
  readonly failure: unknown;
}

/** What the passes of a run with batches have in common. */
export interface Passes {
  readonly batches: BatchRun;
  /** What the run had used up before this process. */
  readonly before: RunTotals;
  retries: number;
}

/** What this process has used up so far, from the journal. */
export function carriedBy(job: RunJob, { before, retries }: Passes): Carried {
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

/**
 * Opens what a run needs and says in its folder that somebody works on it.
 *
 * @param passes what passes of the run have in common; undefined: it asks at once, in one pass
 */
export async function openWork(job: RunJob, startedAt: number, passes: Passes | undefined): Promise<Work> {
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
  progress.before = before;
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

/** Closes what was read and asked; the files that are written have their ends before. */
export async function closeWork({ reader, reuse, spill, connections }: Work): Promise<void> {
  reader?.close();
  reuse?.close();
  spill.close();
  await Promise.all([...connections.values()].map((connection) => connection.close()));
}
