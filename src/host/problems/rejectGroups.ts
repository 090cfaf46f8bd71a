/** What a run turned down, grouped by step and reason: from `report.json` and `rejects.jsonl`. Plain Node. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { parseJson } from '../../core/record/json.ts';
import { rejectStatistics } from '../../core/run/rejectStatistics.ts';
import { readRunFile, runPaths } from '../../core/run/runFolder.ts';

/** What is read of the rejects at the most, in bytes: the first examples, and the scores of many. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A step that chooses leaves out what it was told to leave out. */
const BY_DESIGN: ReadonlySet<string> = new Set(['not-drawn', 'not-best', 'not-paired', 'above-quantile', 'passed']);

const rejectSchema = z.object({
  id: z.string(),
  step: z.string(),
  reason: z.string(),
  message: z.string(),
  at: z.string().optional(),
  score: z.unknown().optional(),
  steps: z.array(z.object({ at: z.string().optional() })).default([]),
});

export interface RejectGroup {
  readonly step: string;
  readonly reason: string;
  readonly count: number;
  /** Records that came into the step. */
  readonly of: number;
  /** The first example; null where it stands too far back in a very large file. */
  readonly first: {
    readonly id: string;
    readonly message: string;
    /** The answer was the step's own. */
    readonly isAnswer: boolean;
    /** A model was asked on the way there. */
    readonly wasAsked: boolean;
  } | null;
  /** What was measured, where it was a number: of those that were read. */
  readonly scores: { readonly lowest: number; readonly highest: number } | null;
}

/** The groups, as the steps stand. Empty while the run has no report. @param folder the run's folder */
export async function rejectGroups(folder: string): Promise<readonly RejectGroup[]> {
  const found = new Map<string, RejectGroup>();
  for (const { step, in: of, rejected } of await rejectStatistics(folder)) {
    for (const [reason, { count }] of Object.entries(rejected)) {
      if (!BY_DESIGN.has(reason))
        found.set(`${step}\n${reason}`, { step, reason, count, of, first: null, scores: null });
    }
  }
  if (found.size > 0) await readExamples(runPaths(folder).rejects, found);
  return [...found.values()];
}

async function readExamples(path: string, groups: Map<string, RejectGroup>): Promise<void> {
  const stream = createReadStream(path, { end: MOST_BYTES });
  try {
    for await (const line of createInterface({ input: stream })) {
      const reject = rejectSchema.safeParse(parseJson(line)).data;
      const name = `${reject?.step ?? ''}\n${reject?.reason ?? ''}`;
      const group = groups.get(name);
      if (reject === undefined || group === undefined) continue;
      const { id, message, at, score, steps } = reject;
      const wasAsked = at !== undefined || steps.some((before) => before.at !== undefined);
      groups.set(name, {
        ...group,
        first: group.first ?? { id, message, isAnswer: at !== undefined, wasAsked },
        scores: typeof score === 'number' ? widened(group.scores, score) : group.scores,
      });
    }
  } catch {
    // The run was removed meanwhile, or turned nothing down.
  } finally {
    stream.destroy();
  }
}

function widened(scores: RejectGroup['scores'], score: number): RejectGroup['scores'] {
  return {
    lowest: Math.min(scores?.lowest ?? score, score),
    highest: Math.max(scores?.highest ?? score, score),
  };
}

const planSchema = z.object({
  steps: z.array(z.object({ id: z.string(), template: z.object({ source: z.string() }).optional() })),
});

/** Where the templates of a run's steps come from, by step. */
export async function templateSources(folder: string): Promise<ReadonlyMap<string, string>> {
  const run = await readRunFile(runPaths(folder)).catch(() => undefined);
  const plan = planSchema.safeParse(parseJson(run?.plan ?? ''));
  const steps = plan.data?.steps ?? [];
  return new Map(steps.flatMap(({ id, template }) => (template === undefined ? [] : [[id, template.source]])));
}
