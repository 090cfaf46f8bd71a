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
}

const planSchema = z.object({
  steps: z.array(z.object({ id: z.string(), template: z.object({ source: z.string() }).optional() })),
});
const reportSchema = z.object({
  steps: z.array(z.object({ id: z.string(), out: z.number(), rejected: z.record(z.string(), z.number()) })),
});

/** Accepted and rejected of one run, by the source of the template. */
type RunFates = readonly { readonly key: string; readonly accepted: number; readonly rejected: number }[];

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
      for (const { key, accepted, rejected } of await this.#fatesOf(run)) {
        const sum = sums.get(key) ?? { runs: 0, accepted: 0, rejected: 0 };
        sums.set(key, {
          runs: sum.runs + 1,
          accepted: sum.accepted + accepted,
          rejected: sum.rejected + rejected,
        });
      }
    }
    return sums;
  }

  async #fatesOf({ folder, stamp }: RunStamp): Promise<RunFates> {
    const before = this.#read.get(folder);
    if (before?.stamp === stamp) return before.fates;
    const fates = await this.#readRun(folder);
    this.#read.set(folder, { stamp, fates });
    return fates;
  }

  /** A run without a report, or one that cannot be read, says nothing; the view of runs tells what is wrong with it. */
  async #readRun(folder: string): Promise<RunFates> {
    const paths = runPaths(folder);
    const run = await readRunFile(paths).catch(() => undefined);
    const report = reportSchema.safeParse(parseJson(await readFile(paths.report, 'utf8').catch(() => '')));
    const plan = planSchema.safeParse(parseJson(run?.plan ?? ''));
    if (!report.success || !plan.success) return [];
    const root = dirname(dirname(dirname(folder)));
    const byKey = new Map<string, { accepted: number; rejected: number }>();
    for (const { id, template } of plan.data.steps) {
      const key = template === undefined ? undefined : this.#keyOf(template.source, root);
      const step = report.data.steps.find((candidate) => candidate.id === id);
      if (key === undefined || step === undefined) continue;
      const sum = byKey.get(key) ?? { accepted: 0, rejected: 0 };
      sum.accepted += step.out;
      sum.rejected += Object.values(step.rejected).reduce((total, count) => total + count, 0);
      byKey.set(key, sum);
    }
    return [...byKey].map(([key, sum]) => ({ key, ...sum }));
  }
}
