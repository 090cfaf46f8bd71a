/** The endpoints of a run, each behind its limits, retries and the budget that they share. */
import { createEndpoint } from '../endpoints/createEndpoint.ts';
import type { Budget } from '../pipeline/plan.ts';
import { createBudget } from '../transport/budget.ts';
import { connect, connectOptionsOf, DEFAULT_CONCURRENCY, type Connection } from '../transport/connect.ts';
import type { StepUsage } from './journalUsage.ts';
import type { RunTotals } from './runFolder.ts';
import { profileOf, type RunJob } from './runJob.ts';

/** What the run had used up before this process, from its journal. */
export function totalsOf(usage: readonly StepUsage[], { settings, file }: RunJob): RunTotals {
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

export function connectAll(job: RunJob, before: RunTotals): Map<string, Connection> {
  const { plan, settings } = job;
  const spent = {
    requests: before.requests,
    tokens: before.tokens.prompt + before.tokens.completion,
    cost: before.cost ?? 0,
    minutes: before.seconds / 60,
  };
  const budget = createBudget(budgetOf(job, before), undefined, spent);
  const connections = new Map<string, Connection>();
  for (const name of plan.endpoints) {
    const named = profileOf(settings.profiles, name);
    const usual = named.profile.max_concurrency ?? DEFAULT_CONCURRENCY;
    const slots =
      settings.concurrency === undefined
        ? usual
        : Math.min(settings.concurrency, named.profile.max_concurrency ?? settings.concurrency);
    const connection = connect(
      createEndpoint(named, { fetch: settings.http.fetch, languageModels: settings.languageModels }),
      {
        ...connectOptionsOf(named.profile),
        maxConcurrency: slots,
        budget,
      },
    );
    connections.set(name, connection);
  }
  return connections;
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
