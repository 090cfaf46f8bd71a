/** The endpoints of a run, each behind its limits, retries and the budget that they share. */
import { statSync } from 'node:fs';
import { createEndpoint } from '../endpoints/createEndpoint.ts';
import type { EndpointProfile } from '../endpoints/profile.ts';
import type { Budget } from '../pipeline/plan.ts';
import { createBudget, type BudgetLedger, type Spent } from '../transport/budget.ts';
import { connect, connectOptionsOf, type Connection, type ConnectOptions } from '../transport/connect.ts';
import { REFUSED_ALIKE } from '../transport/health.ts';
import { chargeFor } from '../transport/meter.ts';
import { askedPrices, askedProfile } from './askedProfile.ts';
import type { BatchPart } from './batch/batchLog.ts';
import type { StepUsage } from './journalUsage.ts';
import type { RunFile, RunPaths, RunTotals } from './runFolder.ts';
import type { RunSummary } from './events.ts';
import type { RunJob } from './runJob.ts';
import type { Sharers } from './shardShares.ts';

/** What the run had used up before this process, from its journal. */
export function totalsOf(usage: readonly StepUsage[], job: RunJob): RunTotals {
  const { file, paths } = job;
  const totals = {
    ...file.totals,
    seconds: file.totals.seconds + secondsUntold(file, paths),
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
    const prices = askedPrices(job, endpoint);
    if (prices !== undefined)
      totals.cost = (totals.cost ?? 0) + (prompt * prices.prompt + completion * prices.completion) / 1e6;
  }
  return totals;
}

/** What the budget was charged before this process: attempts that failed and answers without a count, too. */
function spentOf(
  usage: readonly StepUsage[],
  job: RunJob,
  before: RunTotals,
  out: readonly Pick<BatchPart, 'endpoint' | 'requests' | 'most'>[],
): Spent {
  const spent = { requests: 0, tokens: 0, cost: 0, minutes: before.seconds / 60 };
  for (const { endpoint, sent, chargedPrompt, chargedCompletion } of usage) {
    const prices = askedPrices(job, endpoint);
    spent.requests += sent;
    spent.tokens += chargedPrompt + chargedCompletion;
    if (prices !== undefined)
      spent.cost += (chargedPrompt * prices.prompt + chargedCompletion * prices.completion) / 1e6;
  }
  for (const { endpoint, requests, most } of out) {
    const charge = chargeFor(most, askedPrices(job, endpoint));
    spent.requests += requests;
    spent.tokens += charge.tokens;
    spent.cost += charge.cost;
  }
  return spent;
}

/**
 * Whether what an endpoint answered before this process shows that it works. One that refused so much that the run stopped
 * has been seen by the person who goes on: then the refusals are meant to be the records' own.
 */
function isProven(name: string, usage: readonly StepUsage[], retryFailed: boolean): boolean {
  const own = usage.filter(({ endpoint }) => endpoint === name);
  const failures = own.reduce((sum, entry) => sum + entry.failures, 0);
  const answers = own.reduce((sum, entry) => sum + entry.requests, 0) - failures;
  return answers > 0 || (!retryFailed && failures >= REFUSED_ALIKE - 1);
}

/** Time of a process that was killed before it could write its totals: from its start to its last answer. */
function secondsUntold(file: RunFile, { run, journal }: RunPaths): number {
  if (file.state !== 'running') return 0;
  const begun = statSync(run, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const ended = statSync(journal, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return begun === 0 ? 0 : Math.max(0, ended - begun) / 1000;
}

export interface Connected {
  readonly connections: Map<string, Connection>;
  readonly budget: { readonly limits: Budget; readonly ledger: BudgetLedger };
}

/** The budget of the run and its connections. @param out batches that a service is answering */
export function connectAll(
  job: RunJob,
  usage: readonly StepUsage[],
  before: RunTotals,
  out: readonly BatchPart[],
): Connected {
  const { plan, settings } = job;
  const limits = budgetOf(job, before);
  const budget = createBudget(limits, undefined, spentOf(usage, job, before, out));
  const connections = new Map<string, Connection>();
  const raisers: ((sharers: Sharers) => void)[] = [];
  for (const name of plan.endpoints) {
    const named = askedProfile(job, name);
    const optionsFor = (sharers: Sharers | undefined): ConnectOptions => {
      const options = connectOptionsOf(shareOf(named.profile, sharers));
      const { maxConcurrency: usual } = options;
      if (settings.concurrency === undefined) return options;
      const isLimited = named.profile.max_concurrency !== undefined;
      return { ...options, maxConcurrency: isLimited ? Math.min(settings.concurrency, usual) : settings.concurrency };
    };
    const { http, languageModels, onWarning } = settings;
    const connection = connect(
      createEndpoint(named, { fetch: http.fetch, transfer: http.transfer, languageModels, onWarning }),
      {
        ...optionsFor(job.part?.shares.first),
        isProven: isProven(name, usage, job.retryFailed),
        budget,
      },
    );
    connections.set(name, connection);
    raisers.push((sharers) => {
      connection.raise(optionsFor(sharers));
    });
  }
  job.part?.shares.watch((sharers) => {
    for (const raise of raisers) raise(sharers);
  });
  return { connections, budget: { limits, ledger: budget } };
}

/** What a part of a run may use of an endpoint: the limits are those of all its shards together. */
function shareOf(profile: EndpointProfile, sharers: Sharers | undefined): EndpointProfile {
  if (sharers === undefined) return profile;
  const share = (limit: number, among: number): number => (limit === 0 ? 0 : Math.max(1, Math.floor(limit / among)));
  const { max_concurrency: slots, rpm, tpm } = profile;
  return {
    ...profile,
    rpm: share(rpm, sharers.lately),
    tpm: share(tpm, sharers.lately),
    ...(slots === undefined ? {} : { max_concurrency: share(slots, sharers.now) }),
  };
}

/** The budget, with the target's own cap on requests; whoever resumes a run with a larger budget raises that cap, too. */
function budgetOf({ settings, plan }: RunJob, before: RunTotals): Budget {
  const budget = settings.budget ?? plan.budget;
  const cap = plan.target?.maxRequests;
  const isRaised = before.requests > 0 && settings.budget?.requests !== undefined;
  if (cap === undefined || isRaised) return budget;
  return {
    ...budget,
    requests: budget.requests === undefined || budget.requests === 0 ? cap : Math.min(cap, budget.requests),
  };
}

/** Totals over all the processes that have worked on the run. */
export function sumTotals(before: RunTotals, summary: RunSummary): RunTotals {
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
