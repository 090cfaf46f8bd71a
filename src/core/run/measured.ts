import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isAsking, templateOf } from '../pipeline/asking.ts';
import type { Ask, Plan } from '../pipeline/plan.ts';
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
const askSchema = z.object({ endpoint: z.string(), model: z.string() }).optional();
const askedSchema = z.object({
  steps: z.array(
    z.object({
      id: z.string(),
      template: z.object({ hash: z.string() }).optional(),
      ask: askSchema,
      user: askSchema,
      assistant: askSchema,
    }),
  ),
});

/** Runs that are looked at, latest first. */
const LATEST_RUNS = 20;

/** What the latest runs measured of the plan's steps, as far as they used the same template and model. */
export async function measuredSteps(plan: Plan, root: string): Promise<ReadonlyMap<string, MeasuredStep>> {
  const measured = new Map<string, MeasuredStep>();
  const wanted = plan.steps.filter(isAsking);
  for (const run of (await listRuns(root)).slice(-LATEST_RUNS).reverse()) {
    const paths = runPaths(join(runsFolder(root), run));
    const file = await readRunFile(paths).catch(() => undefined);
    const asked = askedSchema.safeParse(parseJson(file?.plan ?? '')).data;
    const report = reportSchema.safeParse(parseJson(await readFile(paths.report, 'utf8').catch(() => ''))).data;
    if (asked === undefined || report === undefined) continue;
    for (const step of wanted) {
      const then = asked.steps.find(({ id }) => id === step.id);
      const asks = step.kind === 'dialogue' ? { user: step.user, assistant: step.assistant } : { ask: step.ask };
      const same = then !== undefined && then.template?.hash === templateOf(step)?.hash && asksTheSame(then, asks);
      const figures = report.steps.find(({ id }) => id === step.id);
      if (
        same &&
        figures !== undefined &&
        figures.tokens.prompt + figures.tokens.completion > 0 &&
        !measured.has(step.id)
      )
        measured.set(step.id, figures);
    }
  }
  return measured;
}

/** Whether the same model of the same endpoint was asked, in each of the roles. */
function asksTheSame(
  then: Readonly<Partial<Record<'ask' | 'user' | 'assistant', Pick<Ask, 'endpoint' | 'model'> | undefined>>>,
  now: Readonly<Partial<Record<'ask' | 'user' | 'assistant', Ask>>>,
): boolean {
  return (['ask', 'user', 'assistant'] as const).every(
    (role) => then[role]?.endpoint === now[role]?.endpoint && then[role]?.model === now[role]?.model,
  );
}
