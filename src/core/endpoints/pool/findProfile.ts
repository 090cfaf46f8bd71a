import { DEFAULT_CONCURRENCY } from '../defaultConcurrency.ts';
import type { EndpointKind, EndpointProfile, NamedProfile } from '../profile.ts';

/**
 * The profile of a name. A pool comes with its replicas, and with their model, their prices and the sum of their slots
 * where it says nothing of its own.
 */
export function findProfile(profiles: readonly NamedProfile[], name: string | undefined): NamedProfile | undefined {
  const found = profiles.find((candidate) => candidate.name === name);
  if (found?.profile.kind !== 'pool') return found;
  const replicas =
    found.replicas ??
    (found.profile.replicas ?? []).flatMap((replica) => profiles.find((candidate) => candidate.name === replica) ?? []);
  return { ...found, replicas, profile: { ...found.profile, ...inherited(found.profile, replicas) } };
}

function inherited(
  pool: EndpointProfile,
  replicas: readonly NamedProfile[],
): Partial<Pick<EndpointProfile, 'model' | 'prices' | 'max_concurrency'>> {
  const model = pool.model ?? replicas.find(({ profile }) => profile.model !== undefined)?.profile.model;
  const prices = pool.prices ?? replicas.find(({ profile }) => profile.prices !== undefined)?.profile.prices;
  const slots = replicas.reduce((sum, { profile }) => sum + (profile.max_concurrency ?? DEFAULT_CONCURRENCY), 0);
  return {
    ...(model === undefined ? {} : { model }),
    ...(prices === undefined ? {} : { prices }),
    max_concurrency: pool.max_concurrency ?? Math.max(1, slots),
  };
}

/** The names of endpoints, with those of the replicas behind them: whoever needs a key. */
export function withReplicaNames(names: readonly string[], profiles: readonly NamedProfile[]): readonly string[] {
  return [
    ...new Set(names.flatMap((name) => [name, ...(profiles.find((one) => one.name === name)?.profile.replicas ?? [])])),
  ];
}

/** Kinds that can be a replica: services that answer over the network. */
const REPLICABLE: ReadonlySet<EndpointKind> = new Set(['openai', 'openai-completions', 'nemo-deploy', 'sample']);

/** What is wrong with the replicas of a pool, in a sentence without its end; null where nothing is, or it is no pool. */
export function replicaProblem({ name, profile, replicas = [] }: NamedProfile): string | null {
  if (profile.kind !== 'pool') return null;
  const known = new Map(replicas.map((replica) => [replica.name, replica.profile.kind]));
  const missing = (profile.replicas ?? []).filter((replica) => !known.has(replica));
  if (missing.length > 0)
    return `\`replicas\` of the pool ${name} names ${missing.join(', ')}, which no profile is called`;
  if (known.size === 0) return `the pool ${name} has no \`replicas\``;
  const batched = replicas.find((replica) => replica.profile.mode === 'batch');
  if (batched !== undefined)
    return `${batched.name} has \`mode: batch\` and cannot be a replica of the pool ${name}, which answers at once`;
  const [odd] = [...known].filter(([, kind]) => !REPLICABLE.has(kind));
  return odd === undefined ? null : `${odd[0]}, of the kind ${odd[1]}, cannot be a replica of the pool ${name}`;
}
