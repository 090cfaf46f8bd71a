import type { Plan, PlanStep, RankStep } from '../pipeline/plan.ts';

/**
 * Records that a `rank` step yields when so many enter and none is turned down. How many answers to a prompt compete, the
 * step tells that makes them; null where a field decides, or nobody can know.
 */
export function rankedRecords({ by, all, from, result }: RankStep, entering: number, plan: Plan): number | null {
  if (result.kind === 'quantile') return Math.ceil(entering * result.share);
  if (all === true) return result.kind === 'pair' ? Math.min(1, entering) : Math.min(result.keep, entering);
  const competing = by === undefined ? answersEach(from, plan) : null;
  if (competing === null) return null;
  return (entering / competing) * (result.kind === 'pair' ? 1 : Math.min(result.keep, competing));
}

/** Steps that make one record of each. */
const EACH_BY_ITSELF: ReadonlySet<string> = new Set<PlanStep['kind']>([
  'reward',
  'judge',
  'embed',
  'modify',
  'filter',
  'draw',
  'review',
  'dialogue',
]);

/** Records that the last step on the way made of each one; null where it is not the same number everywhere. */
function answersEach(from: PlanStep['from'], plan: Plan): number | null {
  const [source, ...others] = from;
  const step = plan.steps.find(({ id }) => id === source?.step);
  if (step === undefined || step.from.length === 0 || others.length > 0) return null;
  if (step.kind !== 'generate') return EACH_BY_ITSELF.has(step.kind) ? answersEach(step.from, plan) : null;
  if (step.expect.kind === 'list') return step.expect.length;
  const { n = 1 } = step.ask.generation;
  return n > 1 ? n : answersEach(step.from, plan);
}
