import { relative } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { RunOnRayDeps } from '../commands/runOnRay.ts';
import { originOf } from '../endpoints/keyStore.ts';
import { chooseCluster, type RayCluster } from './clusters.ts';
import { nameOfJob } from './rayJobs.ts';
import { tellRayEnd } from './tellRayEnd.ts';

/** Asks for a cluster and for consent, hands a pipeline over and follows it. Resolves when the job has ended. */
export async function submitToRay(file: vscode.Uri, deps: RunOnRayDeps): Promise<void> {
  const { sessions, rayJobs } = deps;
  const cluster = await chooseCluster();
  if (cluster === undefined || !(await sessions.agree(file))) return;
  const root = await findWorkspaceRoot(file.fsPath);
  const given = await alongWith(cluster, root, deps);
  const path = relative(root, file.fsPath);
  const parameters = ['submit', path, ...optionsOf(cluster), ...given.names.flatMap((name) => ['--pass-env', name])];
  const title = l10n.t('Handing {0} over to Ray at {1}', vscode.workspace.asRelativePath(file), cluster.address);
  const begun = Promise.withResolvers<unknown>();
  const location = vscode.ProgressLocation.Notification;
  // From then on the Runs view tells how it gets on.
  void vscode.window.withProgress({ location, title }, () => begun.promise);
  try {
    const ended = await rayJobs.follow(root, parameters, given, begun.resolve);
    await tellRayEnd(ended, root, nameOfJob({ file: path, job: path }));
  } finally {
    begun.resolve(undefined);
  }
}

function optionsOf({ address, storage, shards, cpus, node, stall_minutes: stall }: RayCluster): readonly string[] {
  const options = { address, storage, shards, cpus, node, 'stall-minutes': stall };
  const set = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return vscode.workspace.isTrusted ? [...set, '--allow-scripts'] : set;
}

/**
 * What goes along with a job under the names that the cluster's setting lists: a key of the editor's own where a profile
 * names the variable (it belongs to the profile's origin alone, there as here), else the variable of this environment.
 */
async function alongWith(
  { environment = [] }: RayCluster,
  root: string,
  { profiles, keys }: Pick<RunOnRayDeps, 'profiles' | 'keys'>,
): Promise<{
  readonly names: readonly string[];
  readonly variables: Record<string, string>;
  readonly approvals: { readonly origin: string; readonly variable: string }[];
}> {
  const variables: Record<string, string> = {};
  const approvals: { origin: string; variable: string }[] = [];
  for (const { profile } of (await profiles.ofRoot(root)).profiles) {
    const { api_key_env: variable, base_url: url } = profile;
    const origin = originOf(url);
    if (variable === undefined || origin === undefined || !environment.includes(variable)) continue;
    const key = await keys.get(url);
    if (key === undefined || (variables[variable] ?? key) !== key) continue;
    variables[variable] = key;
    approvals.push({ origin, variable });
  }
  return { names: environment, variables, approvals };
}
