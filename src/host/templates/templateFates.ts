/** How the records of past runs fared, by the template that made them: from `run.json` and `report.json`. Plain Node. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';

/** Runs that are looked at, the newest first. */
const MOST_RUNS = 100;

/** What came of the answers to a template, over several runs. */
export interface Fate {
  readonly runs: number;
  /** Records that were made. */
  readonly accepted: number;
  /** Records and answers that were turned down. */
  readonly rejected: number;
  /** In the currency of the profiles' prices; null where none has any. */
  readonly cost: number | null;
  /** Records and answers that were turned down, by reason. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** The reason for which most was turned down; undefined when nothing was. */
export function commonestReason({ reasons }: Fate): string | undefined {
  return [...reasons].sort(([, one], [, other]) => other - one)[0]?.[0];
}

const planSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      template: z.object({ source: z.string() }).optional(),
      ask: z.object({ endpoint: z.string() }).optional(),
    }),
  ),
});
const pricedSchema = z.object({ prices: z.object({ prompt: z.number(), completion: z.number() }) });
const tokensSchema = z.object({ prompt: z.number(), completion: z.number() });
const reportSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      out: z.number(),
      rejected: z.record(z.string(), z.number()),
      tokens: tokensSchema.default({ prompt: 0, completion: 0 }),
    }),
  ),
});

/** What came of each template in one run. */
type RunFates = ReadonlyMap<string, Fate>;
const NOTHING: Fate = { runs: 0, accepted: 0, rejected: 0, cost: null, reasons: new Map() };

export interface RunStamp {
  /** Folder of the run, absolute. */
  readonly folder: string;
  /** Changes whenever the run has moved on. */
  readonly stamp: string;
}

/** Remembers what it has read of runs that are over. */
export class TemplateFates {
  readonly #keyOf: (source: string, root: string) => string | undefined;
  readonly #read = new Map<string, { readonly stamp: string; readonly fates: RunFates }>();

  /** @param keyOf the key of a template by its source in a plan */
  constructor(keyOf: (source: string, root: string) => string | undefined) {
    this.#keyOf = keyOf;
  }

  /** @param runs the newest first */
  async of(runs: readonly RunStamp[]): Promise<ReadonlyMap<string, Fate>> {
    const sums = new Map<string, Fate>();
    for (const run of runs.slice(0, MOST_RUNS)) {
      for (const [key, fate] of await this.#fatesOf(run)) sums.set(key, plus(sums.get(key) ?? NOTHING, fate));
    }
    return sums;
  }

  async #fatesOf({ folder, stamp }: RunStamp): Promise<RunFates> {
    const before = this.#read.get(folder);
    if (before?.stamp === stamp) return before.fates;
    const fates = await this.#readRun(folder);
    // The report comes with the end of the run, not in the same instant: it is looked for again.
    if (fates !== undefined) this.#read.set(folder, { stamp, fates });
    return fates ?? new Map();
  }

  /** A run without a report, or one that cannot be read, says nothing; the view of runs tells what is wrong with it. */
  async #readRun(folder: string): Promise<RunFates | undefined> {
    const paths = runPaths(folder);
    const run = await readRunFile(paths).catch(() => undefined);
    const report = reportSchema.safeParse(parseJson(await readFile(paths.report, 'utf8').catch(() => '')));
    const plan = planSchema.safeParse(parseJson(run?.plan ?? ''));
    if (!report.success || !plan.success) return undefined;
    const root = dirname(dirname(dirname(folder)));
    const byKey = new Map<string, Fate>();
    for (const { id, template, ask } of plan.data.steps) {
      const key = template === undefined ? undefined : this.#keyOf(template.source, root);
      const step = report.data.steps.find((candidate) => candidate.id === id);
      if (key === undefined || step === undefined) continue;
      const reasons = new Map(Object.entries(step.rejected));
      const rejected = [...reasons.values()].reduce((total, count) => total + count, 0);
      const cost = costOf(step.tokens, run?.endpoints[ask?.endpoint ?? '']);
      const fate = plus(byKey.get(key) ?? NOTHING, { runs: 0, accepted: step.out, rejected, cost, reasons });
      byKey.set(key, { ...fate, runs: 1 });
    }
    return byKey;
  }
}

function plus(one: Fate, other: Fate): Fate {
  const reasons = new Map(one.reasons);
  for (const [reason, count] of other.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return {
    runs: one.runs + other.runs,
    accepted: one.accepted + other.accepted,
    rejected: one.rejected + other.rejected,
    cost: one.cost === null && other.cost === null ? null : (one.cost ?? 0) + (other.cost ?? 0),
    reasons,
  };
}

/** Prices are for a million tokens. @param profile the endpoint as it was used */
function costOf({ prompt, completion }: z.infer<typeof tokensSchema>, profile: unknown): number | null {
  const { prices } = pricedSchema.safeParse(profile).data ?? {};
  return prices === undefined ? null : (prompt * prices.prompt + completion * prices.completion) / 1e6;
}
