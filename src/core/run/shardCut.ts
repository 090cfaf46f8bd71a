/** Where a plan is cut into shards: behind the first step that yields many records, as far as records go on alone. */
import { findProfile } from '../endpoints/pool/findProfile.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import { isAsking, partiesOf } from '../pipeline/asking.ts';
import type { Budget, Plan, PlanStep } from '../pipeline/plan.ts';
import { createOrderedRunner } from '../steps/createOrderedRunner.ts';
import { guessSize } from './guessSize.ts';
import { expectedRecords, yielded } from './expectedRecords.ts';

/** How a plan is cut. */
export interface Cut {
  /** The step whose records are divided among the shards. */
  readonly step: string;
  /** The steps behind it; what enters them from before is divided by its key. */
  readonly behind: readonly string[];
  /** Shards, at least 1. */
  readonly count: number;
}

/** What else is wanted of the run. */
export interface CutWishes {
  readonly shards: number;
  readonly limit: number | null;
  readonly more: number | null;
  readonly budget: Budget;
  readonly profiles: readonly NamedProfile[];
}

/** Records for each shard with which a fan-out is wide enough. */
const WIDE = 4;

/** The steps that records reach alone: neither they nor any before them want to see others, or are programs of somebody's. */
export function reachOf({ steps }: Plan): ReadonlySet<string> {
  const reach = new Set<string>();
  for (const step of steps) {
    const isAlone = step.kind !== 'script' && createOrderedRunner(step) === undefined;
    if (isAlone && step.from.every((source) => reach.has(source.step))) reach.add(step.id);
  }
  return reach;
}

/** Cuts a plan. @returns how; or why it is not cut, in a sentence without its full stop */
export function cutPlan(plan: Plan, wishes: CutWishes): Cut | string {
  const obstacle = obstacleTo(plan, wishes);
  if (obstacle !== undefined) return obstacle;
  const reach = reachOf(plan);
  const entering = expectedRecords(plan, guessSize);
  const records = (step: PlanStep): number =>
    yielded(step, entering.get(step.id) ?? 1, plan) ?? entering.get(step.id) ?? 1;
  const candidates = plan.steps.flatMap((step) => {
    const behind = stepsBehind(plan, step.id).filter(({ id }) => reach.has(id));
    return reach.has(step.id) && behind.some(isAsking) ? [{ step, behind, records: records(step) }] : [];
  });
  const widest = Math.max(0, ...candidates.map((candidate) => candidate.records));
  const chosen = candidates.find((candidate) => candidate.records >= Math.min(widest, WIDE * wishes.shards));
  if (chosen === undefined || widest < 2)
    return 'no step that asks stands alone behind one that yields several records';
  const count = Math.min(wishes.shards, Math.floor(chosen.records), ...chosen.behind.map(limitOf(wishes.profiles)));
  return { step: chosen.step.id, behind: chosen.behind.map(({ id }) => id), count };
}

function obstacleTo(plan: Plan, { limit, more, budget, profiles }: CutWishes): string | undefined {
  if (plan.target !== undefined || more !== null)
    return 'further rounds depend on how many records the first one makes';
  if (limit !== null) return 'how much is asked for the first records depends on how many are turned down';
  if (Object.values(budget).some((most) => typeof most === 'number' && most > 0))
    return 'a budget is kept by one process';
  const batches = plan.endpoints.find((name) => findProfile(profiles, name)?.profile.mode === 'batch');
  return batches === undefined
    ? undefined
    : `endpoint ${batches} is asked in batches, which the service divides itself`;
}

/** The steps that read from one, directly or not, in the plan's order. */
function stepsBehind({ steps }: Plan, id: string): readonly PlanStep[] {
  const behind = new Set<string>();
  return steps.filter(({ id: own, from }) => {
    if (!from.some(({ step }) => step === id || behind.has(step))) return false;
    behind.add(own);
    return true;
  });
}

/** Shards among which the limits of a step's endpoints can be divided. */
function limitOf(profiles: readonly NamedProfile[]): (step: PlanStep) => number {
  return (step) => {
    const limits = partiesOf(step).flatMap(({ ask }) => {
      const profile = findProfile(profiles, ask.endpoint)?.profile;
      return [profile?.max_concurrency ?? 0, profile?.rpm ?? 0, profile?.tpm ?? 0].filter((limit) => limit > 0);
    });
    return Math.min(Number.POSITIVE_INFINITY, ...limits);
  };
}
