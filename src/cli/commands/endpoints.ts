import { join } from 'node:path';
import { addApproval, readApprovals } from '../../core/endpoints/approvals.ts';
import { createEndpoint } from '../../core/endpoints/createEndpoint.ts';
import { keyRelease, originOf } from '../../core/endpoints/keyRelease.ts';
import { ENDPOINT_PRESETS } from '../../core/endpoints/presets.ts';
import { testConnection } from '../../core/endpoints/testConnection.ts';
import { profileOf } from '../../core/run/runJob.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { approvalsFile, COMMAND_LINE_ENDPOINT, currentRoot, openHttp, readProfiles, withKeys } from '../workspace.ts';

export const ENDPOINTS_OPTIONS: readonly OptionName[] = ['base-url', 'model', 'api-key-env'];

/** `openline endpoints list|test NAME|approve NAME`. */
export async function endpointsCommand(given: Given, around: Surroundings): Promise<Result> {
  const [action, name] = given.positionals;
  switch (action) {
    case 'list':
      return list(given, around);
    case 'test':
      return test(name ?? (given.text('base-url') === undefined ? undefined : COMMAND_LINE_ENDPOINT), given, around);
    case 'approve':
      return approve(name, given, around);
    default:
      throw new UsageError(
        `endpoints takes list, test NAME or approve NAME${action === undefined ? '' : `, not ${action}`}`,
      );
  }
}

async function list(given: Given, around: Surroundings): Promise<Result> {
  const { profiles } = await readProfiles(await currentRoot(around), given, around);
  const rows = profiles.map(({ name, profile }) => ({
    name,
    kind: profile.kind,
    base_url: profile.base_url ?? null,
    replicas: profile.replicas ?? null,
    model: profile.model ?? null,
    api_key_env: profile.api_key_env ?? null,
    tags: profile.tags ?? [],
  }));
  if (!given.flag('json')) {
    const width = Math.max(...rows.map((row) => row.name.length));
    for (const row of rows) {
      const key = row.api_key_env === null ? '' : `  key from ${row.api_key_env}`;
      const where = row.base_url ?? row.replicas?.join(', ') ?? 'built in';
      around.out.write(
        `${row.name.padEnd(width)}  ${row.kind}  ${where}  ${row.model ?? ''}${key}${row.tags.map((tag) => `  #${tag}`).join('')}\n`,
      );
    }
  }
  return { status: 0, json: { endpoints: rows, error: null } };
}

async function test(name: string | undefined, given: Given, around: Surroundings): Promise<Result> {
  if (name === undefined) throw new UsageError('Which endpoint? Give its name, or --base-url');
  const known = await readProfiles(await currentRoot(around), given, around);
  const profiles = await withKeys(known.profiles, [name], given, around);
  const named = profileOf(profiles, name);
  const model = given.text('model');
  const http = openHttp(around.env);
  try {
    const onWarning = (message: string): void => {
      around.err.write(`${message}\n`);
    };
    const endpoint = createEndpoint(named, { fetch: http.fetch, onWarning });
    const result = await testConnection(
      endpoint,
      model === undefined ? named.profile : { ...named.profile, model },
      around.stop,
    );
    await endpoint.close();
    if (!given.flag('json')) around.out.write(`${result.message}\n`);
    return { status: result.ok ? 0 : 1, json: { ...result, error: result.ok ? null : result.message } };
  } finally {
    await http.close();
  }
}

/** Lets the variable that a workspace's profile names be sent to the profile's origin, from now on. */
async function approve(name: string | undefined, given: Given, around: Surroundings): Promise<Result> {
  if (name === undefined) throw new UsageError('Which endpoint? Give its name');
  const root = await currentRoot(around);
  const { profile } = profileOf((await readProfiles(root, given, around)).profiles, name);
  const variable = profile.api_key_env;
  const origin = originOf(profile);
  if (variable === undefined || origin === null) {
    throw new UsageError(
      `Endpoint ${name} names no variable (api_key_env) in ${join(root, '.openline', 'endpoints.yaml')}; there is nothing to approve`,
    );
  }
  const file = approvalsFile(around);
  const approvals = await readApprovals(file);
  const before = keyRelease({ origin, variable, presets: ENDPOINT_PRESETS, approvals });
  if (before === 'refused') await addApproval(file, { origin, variable });
  if (!given.flag('json')) {
    const text =
      before === 'refused'
        ? `The variable ${variable} may now be sent to ${origin} (kept in ${file})`
        : `The variable ${variable} may be sent to ${origin} already`;
    around.out.write(`${text}\n`);
  }
  return { status: 0, json: { origin, variable, error: null } };
}
