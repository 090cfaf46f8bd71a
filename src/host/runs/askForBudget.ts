import { l10n } from 'vscode';
import * as z from 'zod';
import { BUDGET_LIMITS, type BudgetLimit } from '../../core/errors.ts';
import { budgetSchema } from '../../core/pipeline/pipelineSchema.ts';
import type { Budget } from '../../core/pipeline/plan.ts';
import { parseJson } from '../../core/record/json.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';
import { formatCount } from '../wording/format.ts';
import type { RunEntry } from './runEntry.ts';
import { choose, enter } from '../input/ask.ts';

const planSchema = z.object({
  budget: budgetSchema,
  target: z.object({ maxRequests: z.number().optional() }).optional(),
});

/**
 * Asks how large the budget of a paused run should be from now on.
 *
 * @param reached the limit that stopped it, where that is known
 * @returns all limits of the run, the raised one included; undefined when the person left
 */
export async function askForBudget(entry: RunEntry, reached: unknown): Promise<Budget | undefined> {
  const file = await readRunFile(runPaths(entry.folder));
  const plan = planSchema.safeParse(parseJson(file.plan));
  const cap = plan.data?.target?.maxRequests;
  const before: Budget = { ...(cap === undefined ? {} : { requests: cap }), ...plan.data?.budget };
  const known = BUDGET_LIMITS.find((limit) => limit === reached);
  const limit = known ?? (await askWhich(before));
  if (limit === undefined) return undefined;
  const used = usedOf(entry, limit);
  const least = Math.max(used, before[limit] ?? 0);
  const answer = await enter({
    title: l10n.t('Resume {0} with a Larger Budget', entry.pipeline.name),
    prompt: promptOf(limit, used, before[limit]),
    value: String(suggestion(limit, least)),
    validateInput: (text) => {
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value) || value < 0) return l10n.t('A number; 0 for no limit');
      if ((limit === 'requests' || limit === 'tokens') && !Number.isInteger(value)) return l10n.t('A whole number');
      return value !== 0 && value <= used
        ? l10n.t('More than what is used already: {0}', show(limit, used))
        : undefined;
    },
  });
  if (answer === undefined) return undefined;
  return { ...before, [limit]: Number(answer) };
}

async function askWhich(before: Budget): Promise<BudgetLimit | undefined> {
  const set = BUDGET_LIMITS.filter((limit) => (before[limit] ?? 0) > 0);
  const [only] = set;
  if (set.length === 1) return only;
  const items = (set.length === 0 ? BUDGET_LIMITS : set).map((limit) => ({
    label: nameOf(limit),
    description: before[limit] === undefined ? '' : show(limit, before[limit]),
    limit,
  }));
  const chosen = await choose(items, { placeHolder: l10n.t('Which limit should be larger?') });
  return chosen?.limit;
}

/** What all processes of the run have used so far. */
function usedOf({ totals }: RunEntry, limit: BudgetLimit): number {
  switch (limit) {
    case 'requests':
      return totals.requests;
    case 'tokens':
      return totals.tokens.prompt + totals.tokens.completion;
    case 'cost':
      return totals.cost ?? 0;
    case 'minutes':
      return totals.seconds / 60;
  }
}

/** Twice as much, in a number that can be read. */
function suggestion(limit: BudgetLimit, least: number): number {
  const twice = least * 2;
  return limit === 'requests' || limit === 'tokens'
    ? Math.max(1, Math.ceil(twice))
    : Number(Math.max(0.01, twice).toPrecision(3));
}

function promptOf(limit: BudgetLimit, used: number, before: number | undefined): string {
  const name = nameOf(limit);
  return before === undefined
    ? l10n.t('{0}: {1} used so far. How many in all? (0: no limit)', name, show(limit, used))
    : l10n.t('{0}: {1} of {2} used. How many in all? (0: no limit)', name, show(limit, used), show(limit, before));
}

function nameOf(limit: BudgetLimit): string {
  const names: Readonly<Record<BudgetLimit, string>> = {
    requests: l10n.t('Requests'),
    tokens: l10n.t('Tokens'),
    cost: l10n.t('Cost'),
    minutes: l10n.t('Minutes'),
  };
  return names[limit];
}

function show(limit: BudgetLimit, value: number): string {
  return limit === 'requests' || limit === 'tokens'
    ? formatCount(Math.round(value))
    : String(Number(value.toPrecision(3)));
}
