import { isLoopback } from '../endpoints/http/loopback.ts';
import type { NamedProfile } from '../endpoints/profile.ts';
import type { Estimate } from './estimate.ts';

/** When a person is asked before a run: always, when it is likely to cost something, never. */
export const CONFIRM_RUN = ['always', 'whenCostly', 'never'] as const;
export type ConfirmRun = (typeof CONFIRM_RUN)[number];

/** More requests than this to somebody else's machine are worth a question, whatever they cost. */
export const MANY_REQUESTS = 1000;

/** Whether an estimate is worth showing before anything is sent: it costs something, or asks others a lot. */
export function isWorthAsking(confirm: ConfirmRun, estimate: Estimate, profiles: readonly NamedProfile[]): boolean {
  if (confirm !== 'whenCostly') return confirm === 'always';
  if (estimate.cost !== null && estimate.cost.high > 0) return true;
  const abroad = estimate.steps.filter(({ endpoint }) => isAbroad(profiles.find(({ name }) => name === endpoint)));
  return abroad.reduce((sum, { requests }) => sum + requests.likely, 0) > MANY_REQUESTS;
}

/** Whether a service is on another machine, or the editor's own, whose models have quotas. */
function isAbroad(named: NamedProfile | undefined): boolean {
  if (named === undefined || named.profile.kind === 'sample') return false;
  const { base_url: baseUrl } = named.profile;
  return baseUrl === undefined || !URL.canParse(baseUrl) || !isLoopback(new URL(baseUrl).origin);
}
