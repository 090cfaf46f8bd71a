/** Carries out a plan in a run's folder: connects, lets the records flow, keeps journal, lineage and rejects, finishes the outputs. */
import { join } from 'node:path';
import { rename } from 'node:fs/promises';
import { formatRecord } from '../datasets/writeJsonl.ts';
import { readSource } from '../datasets/readSource.ts';
import { createEndpoint } from '../endpoints/createEndpoint.ts';
import type { GenerationParameters } from '../endpoints/endpoint.ts';
import { BudgetReachedError } from '../errors.ts';
import type { Budget, Plan, PlanOutput, PlanStep, Target } from '../pipeline/plan.ts';
import { formatKey } from '../record/key.ts';
import type { Item, Origin } from '../record/record.ts';
import { createRunner } from '../steps/createRunner.ts';
import type { StepContext, StepRunner } from '../steps/step.ts';
import { createBudget } from '../transport/budget.ts';
import { connect, connectOptionsOf, DEFAULT_CONCURRENCY, type Connection } from '../transport/connect.ts';
import { AnswerStore, StoppingError } from './answerStore.ts';
import { outputCard } from './card.ts';
import type { RunState, RunSummary } from './events.ts';
import { Flow, type FlowSink } from './flow.ts';
import { JournalReader, JournalWriter } from './journal.ts';
import { openJournal, type StepUsage } from './journalUsage.ts';
import { thisProcess } from './lock.ts';
import { moveIntoPlace, writeCard } from './output.ts';
import { RunProgress, type ProgressOutput } from './progress.ts';
import { placePrefixes } from './rank.ts';
import { runReport } from './report.ts';
import { ReuseIndex } from './reuse.ts';
import { profileOf, type RunSettings } from './runPipeline.ts';
import { replaceFile, writeRunFile, type RunFile, type RunPaths, type RunTotals } from './runFolder.ts';
import { Spill } from './spill.ts';
import { TextFile } from './textFile.ts';
import { Turns } from './turns.ts';

/** How long requests in flight may go on after the run was asked to stop, in milliseconds. */
const GRACE_MS = 5000;
const PROGRESS_MS = 100;
/** Records that may be on their way although a slow step holds them up: bounds memory. */
const OPEN_LIMIT = 20_000;
/** Rounds after which "so many more records" is given up when rounds yield less and less. */
const MOST_ROUNDS = 1000;

export interface ExecuteOptions {
  readonly settings: RunSettings;
  readonly plan: Plan;
  readonly paths: RunPaths;
  readonly root: string;
  readonly file: RunFile;
  readonly retryFailed: boolean;
}

export async function executeRun(options: ExecuteOptions): Promise<RunSummary> {
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

  let state: RunState = 'running';
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

/** What the run had used up before this process, from its journal. */
function totalsOf(usage: readonly StepUsage[], { settings, file }: ExecuteOptions): RunTotals {
  const totals = {
    ...file.totals,
    requests: 0,
    reused: 0,
    tokens: { prompt: 0, completion: 0 },
    cost: null as number | null,
  };
  for (const { endpoint, requests, reused, prompt, completion } of usage) {
    totals.requests += requests;
    totals.reused += reused;
    totals.tokens.prompt += prompt;
    totals.tokens.completion += completion;
    const prices = settings.profiles.find(({ name }) => name === endpoint)?.profile.prices;
    if (prices !== undefined)
      totals.cost = (totals.cost ?? 0) + (prompt * prices.prompt + completion * prices.completion) / 1e6;
  }
  return totals;
}

function connectAll({ plan, settings }: ExecuteOptions, before: RunTotals): Map<string, Connection> {
  const spent = {
    requests: before.requests,
    tokens: before.tokens.prompt + before.tokens.completion,
    cost: before.cost ?? 0,
    minutes: before.seconds / 60,
  };
  const budget = createBudget(capped(settings.budget ?? plan.budget, plan.target), undefined, spent);
  const connections = new Map<string, Connection>();
  for (const name of plan.endpoints) {
    const named = profileOf(settings.profiles, name);
    const usual = named.profile.max_concurrency ?? DEFAULT_CONCURRENCY;
    const slots =
      settings.concurrency === undefined
        ? usual
        : Math.min(settings.concurrency, named.profile.max_concurrency ?? settings.concurrency);
    const connection = connect(createEndpoint(named, { fetch: settings.http.fetch }), {
      ...connectOptionsOf(named.profile),
      maxConcurrency: slots,
      budget,
    });
    connections.set(name, connection);
  }
  return connections;
}

/** The budget, with the target's own cap on requests. */
function capped(budget: Budget, target: Target | undefined): Budget {
  const cap = target?.maxRequests;
  if (cap === undefined) return budget;
  return {
    ...budget,
    requests: budget.requests === undefined || budget.requests === 0 ? cap : Math.min(cap, budget.requests),
  };
}

interface OpenOutput extends FlowSink {
  readonly output: PlanOutput;
  readonly text: TextFile;
  readonly shown: ProgressOutput;
  /** Records it takes at the most; may grow from round to round. */
  limit: number;
}

async function openOutput(
  output: PlanOutput,
  { paths, file, plan }: ExecuteOptions,
  progress: RunProgress,
  lineage: TextFile,
): Promise<OpenOutput> {
  const text = await TextFile.create(paths.partial(output.name));
  const shown: ProgressOutput = { name: output.name, path: output.shown, file: text.path, records: 0 };
  progress.outputs.push(shown);
  const opened: OpenOutput = {
    output,
    text,
    shown,
    limit: Math.min(
      file.limit ?? Number.POSITIVE_INFINITY,
      (file.more === null ? plan.target?.records : undefined) ?? Number.POSITIVE_INFINITY,
    ),
    from: output.from,
    prepare(item) {
      const record = formatRecord(item.fields, item.key, output.fields);
      return `${record}\n${JSON.stringify({ output: output.name, id: formatKey(item.key), steps: historyOf(item) })}`;
    },
    commit(prepared) {
      const end = prepared.indexOf('\n');
      text.write(prepared.slice(0, end + 1));
      lineage.write(`${prepared.slice(end + 1)}\n`);
      shown.records += 1;
    },
    get full() {
      return shown.records >= opened.limit;
    },
    get backlog() {
      return text.backlog + lineage.backlog;
    },
  };
  return opened;
}

/** How a record came to be, first step first. */
function historyOf(item: Item): { step: string; key: string; at?: string }[] {
  const history: { step: string; key: string; at?: string }[] = [];
  for (let origin: Origin | undefined = item.origin; origin !== undefined; origin = origin.parent) {
    history.unshift({
      step: origin.step,
      key: formatKey(origin.key),
      ...(origin.address === undefined ? {} : { at: origin.address }),
    });
  }
  return history;
}

interface FlowParts {
  readonly progress: RunProgress;
  readonly answers: AnswerStore;
  readonly outputs: readonly OpenOutput[];
  readonly spill: Spill;
  readonly connections: ReadonlyMap<string, Connection>;
}

function createFlow(
  { plan, file }: ExecuteOptions,
  { progress, answers, outputs, spill, connections }: FlowParts,
): Flow {
  const runners = new Map<string, StepRunner>();
  for (const step of plan.steps) {
    const runner = createRunner(step);
    if (runner !== undefined) runners.set(step.id, runner);
  }
  const prefixes = placePrefixes(plan);
  const all = [...connections.values()];
  const slots = all.reduce((sum, connection) => sum + connection.stats().slots, 0);
  const enough = file.mode === 'preview' ? (file.limit ?? 1) : 2 * slots;
  const hungry = (): boolean =>
    file.mode !== 'preview' &&
    all.some((connection) => {
      const stats = connection.stats();
      return stats.waiting === 0 && stats.inFlight < stats.slots;
    });
  let round = 0;
  const wanted = anotherRound(outputs, file.more, plan.target);
  const another = (next: number): boolean => {
    round = next;
    return wanted?.(next) === true;
  };
  return new Flow({
    steps: plan.steps,
    sinks: outputs,
    observer: progress,
    held: spill,
    read: readSource,
    mayEnter: (open) => open < enough || (open < OPEN_LIMIT && hungry()),
    work(step, item) {
      const runner = runners.get(step.id);
      if (runner === undefined) throw new Error(`step ${step.id} has no runner`);
      return runner.run(item, contextOf(step, item, prefixes.get(step.id) ?? [], answers, progress, round));
    },
    ...(wanted === undefined ? {} : { another }),
  });
}

/**
 * Decides after each round whether the next is needed: until there are so many records as the target says, or so many
 * more than the first round made. A round that adds nothing is the last. Undefined: there is one round only.
 */
function anotherRound(
  outputs: readonly OpenOutput[],
  more: number | null,
  target: Target | undefined,
): ((round: number) => boolean) | undefined {
  if (more === null && target === undefined) return undefined;
  let before = -1;
  return (round) => {
    if (round === 1 && more !== null) for (const output of outputs) output.limit = output.shown.records + more;
    const records = outputs.reduce((sum, output) => sum + output.shown.records, 0);
    const grew = records > before;
    before = round === 1 && more !== null ? -1 : records;
    return grew && outputs.some((output) => !output.full) && round < MOST_ROUNDS;
  };
}

function contextOf(
  step: PlanStep,
  item: Item,
  prefix: readonly number[],
  answers: AnswerStore,
  progress: RunProgress,
  round: number,
): StepContext {
  const place = prefix.length === 0 ? item.place : [...prefix, ...item.place];
  return {
    ask(purpose, attempt, ask, messages) {
      const suffix = purpose === 'generate' ? '' : `.${purpose}`;
      const address = `${step.id}${suffix}/${formatKey(item.key)}/${attempt}`;
      const candidates = [ask, ...(ask.fallback ?? [])].map(({ endpoint, model, generation }) => ({
        endpoint,
        request: { model, messages, generation: ofRound(generation, round) },
      }));
      return answers.ask(address, candidates, place, progress.countersOf(step.id));
    },
  };
}

/** Rounds ask for new data: the round alters a seed that is set. */
function ofRound(generation: GenerationParameters, round: number): GenerationParameters {
  return generation.seed === undefined || round === 0 ? generation : { ...generation, seed: generation.seed + round };
}

/** Closes the outputs; of a complete run they are renamed into place, each with its card. */
async function finishOutputs(
  options: ExecuteOptions,
  outputs: readonly OpenOutput[],
  progress: RunProgress,
  complete: boolean,
  totals: RunTotals,
): Promise<Pick<RunFile, 'outputs'>> {
  const { file, paths } = options;
  const finished: RunFile['outputs'] = [];
  for (const { output, text, shown } of outputs) {
    const sha256 = await text.close();
    finished.push({
      name: output.name,
      path: output.path,
      shown: output.shown,
      records: shown.records,
      sha256: complete ? sha256 : null,
    });
  }
  if (!complete) return { outputs: finished };
  // The hashes are known before the files appear: a file in its place is always recognised as Openline's.
  await writeRunFile(paths, { ...file, state: 'running', outputs: finished });
  for (const { output, text, shown } of outputs) {
    if (file.mode === 'preview') {
      const kept = join(paths.outputs, `${output.name}.jsonl`);
      await rename(text.path, kept);
      shown.file = kept;
      continue;
    }
    await moveIntoPlace(text.path, output.path);
    shown.file = output.path;
    const sha256 = finished.find((entry) => entry.name === output.name)?.sha256 ?? '';
    await writeCard(output.path, outputCard(options, output, { sha256, records: shown.records, progress, totals }));
  }
  return { outputs: finished };
}

function summarize({ file }: ExecuteOptions, progress: RunProgress, state: RunState, seconds: number): RunSummary {
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
  { file, paths, plan }: ExecuteOptions,
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
