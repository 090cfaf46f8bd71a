import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { GenerateStep, Plan } from '../pipeline/plan.ts';
import { parseJson } from '../record/json.ts';
import { listRuns, readRunFile, runPaths, runsFolder } from './runFolder.ts';

/** What an earlier run measured of a step. */
export interface MeasuredStep {
  readonly id: string;
  readonly requests: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** Seconds. */
  readonly latency: { readonly p50: number; readonly p90: number };
}

const reportSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      requests: z.number(),
      tokens: z.object({ prompt: z.number(), completion: z.number() }),
      latency: z.object({ p50: z.number(), p90: z.number() }),
    }),
  ),
});
const askedSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      template: z.object({ hash: z.string() }).optional(),
      ask: z.object({ endpoint: z.string(), model: z.string() }).optional(),
    }),
  ),
});

/** Runs that are looked at, latest first. */
const LATEST_RUNS = 20;

/** What the latest runs measured of the plan's steps, as far as they used the same template and model. */
export async function measuredSteps(plan: Plan, root: string): Promise<ReadonlyMap<string, MeasuredStep>> {
  const measured = new Map<string, MeasuredStep>();
  const wanted = plan.steps.filter((step): step is GenerateStep => step.kind === 'generate');
  for (const run of (await listRuns(root)).slice(-LATEST_RUNS).reverse()) {
    const paths = runPaths(join(runsFolder(root), run));
    const file = await readRunFile(paths).catch(() => undefined);
    const asked = askedSchema.safeParse(parseJson(file?.plan ?? '')).data;
    const report = reportSchema.safeParse(parseJson(await readFile(paths.report, 'utf8').catch(() => ''))).data;
    if (asked === undefined || report === undefined) continue;
    for (const step of wanted) {
      const then = asked.steps.find(({ id }) => id === step.id);
      const same =
        then?.template?.hash === step.template.hash &&
        then.ask?.model === step.ask.model &&
        then.ask.endpoint === step.ask.endpoint;
      const figures = report.steps.find(({ id }) => id === step.id);
      if (same && figures !== undefined && figures.tokens.completion > 0 && !measured.has(step.id))
        measured.set(step.id, figures);
    }
  }
  return measured;
}
