/** The token that a cluster of Ray may ask for (https://docs.ray.io/en/latest/ray-security/token-auth.html). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addApproval, readApprovals } from '../../core/endpoints/approvals.ts';

/** Names the token among the user's approvals, wherever it is kept. */
export const TOKEN_VARIABLE = 'RAY_AUTH_TOKEN';

/** Where Ray's own programs look for it, in their order. @returns undefined where there is none, or none is wanted */
export async function readAuthToken(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<string | undefined> {
  if (env['RAY_AUTH_MODE'] === 'disabled') return undefined;
  const named = env[TOKEN_VARIABLE]?.trim();
  if (named !== undefined && named !== '') return named;
  const file = env['RAY_AUTH_TOKEN_PATH'] ?? join(home, '.ray', 'auth_token');
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  return text === '' ? undefined : text;
}

/**
 * Whether the user has named a cluster, now or before: only then it gets the token and values of variables. An address in a
 * workspace's file is not enough: a cloned repository could have them sent to a machine of its own.
 */
export async function isKnownCluster(address: string, approvals: string): Promise<boolean> {
  const origin = originOf(address);
  return (await readApprovals(approvals)).some((known) => known.variable === TOKEN_VARIABLE && known.origin === origin);
}

/** Notes that the user has named a cluster. */
export async function noteCluster(address: string, approvals: string): Promise<void> {
  if (await isKnownCluster(address, approvals)) return;
  // Where it cannot be kept, the cluster has to be named each time.
  await addApproval(approvals, { origin: originOf(address), variable: TOKEN_VARIABLE }).catch(() => undefined);
}

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : address);
