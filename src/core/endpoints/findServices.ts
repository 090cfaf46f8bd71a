import { EndpointError, type EndpointFailure } from '../errors.ts';
import { createEndpoint, type EndpointDeps } from './createEndpoint.ts';
import type { NamedProfile } from './profile.ts';

/** A service that answered. */
export interface FoundService {
  /** Name of the candidate. */
  readonly name: string;
  /** Models it offers; empty where it does not say. */
  readonly models: readonly string[];
  /** It wants a key before it says more. */
  readonly wantsKey: boolean;
}

/** A program on this very machine answers at once or not at all, in milliseconds. */
const PATIENCE_MS = 1500;

/** Failures that show that there is a service all the same. */
const WANTS_KEY: ReadonlySet<EndpointFailure> = new Set<EndpointFailure>(['key-missing', 'key-refused', 'forbidden']);

/**
 * Asks every candidate for its models, all at once. No key is sent.
 *
 * @returns those that answered as a model service does, in the order of the candidates
 * @throws the signal's reason when it is aborted
 */
export async function findServices(
  candidates: readonly NamedProfile[],
  deps: EndpointDeps,
  signal?: AbortSignal,
  patience = PATIENCE_MS,
): Promise<readonly FoundService[]> {
  const found = await Promise.all(candidates.map((candidate) => look(candidate, deps, signal, patience)));
  signal?.throwIfAborted();
  return found.filter((service) => service !== undefined);
}

async function look(
  { name, profile }: NamedProfile,
  deps: EndpointDeps,
  signal: AbortSignal | undefined,
  patience: number,
): Promise<FoundService | undefined> {
  const limit = AbortSignal.timeout(patience);
  try {
    const endpoint = createEndpoint({ name, profile }, deps);
    const models = await endpoint.models(signal === undefined ? limit : AbortSignal.any([signal, limit]));
    await endpoint.close();
    return { name, models, wantsKey: false };
  } catch (error) {
    const wantsKey = error instanceof EndpointError && WANTS_KEY.has(error.failure);
    // Anything else that listens there (a web server, say) is no model service.
    return wantsKey ? { name, models: [], wantsKey } : undefined;
  }
}
