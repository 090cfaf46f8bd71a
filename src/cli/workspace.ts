/** What a command finds around a pipeline: workspace root, endpoint profiles with their keys, built-in library. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { readApprovals, userApprovalsFile } from '../core/endpoints/approvals.ts';
import { createHttpFetch, type HttpFetch } from '../core/endpoints/httpFetch.ts';
import { keyFromEnvironment } from '../core/endpoints/keyRelease.ts';
import { withReplicaNames } from '../core/endpoints/pool/findProfile.ts';
import { ENDPOINT_PRESETS } from '../core/endpoints/presets.ts';
import { endpointProfileSchema, type NamedProfile } from '../core/endpoints/profile.ts';
import { readDefaultEndpoint, readEndpointsFile, type EndpointsFile } from '../core/endpoints/profileFile.ts';
import { formatDiagnostic, InvalidInputError } from '../core/errors.ts';
import { onlyInside } from '../core/endpoints/vscodeLm/vscodeLmEndpoint.ts';
import { findWorkspaceRoot } from '../core/pipeline/workspaceRoot.ts';
import { SAMPLE_PROFILE, type PlanDefaults } from '../core/pipeline/planPipeline.ts';
import { loadRecipes, type Recipe } from '../core/pipeline/recipeLibrary.ts';
import type { Template } from '../core/prompts/template.ts';
import { openlineFolderOf } from '../core/files/userFolder.ts';
import { loadTemplateLibrary } from '../core/prompts/templateLibrary.ts';
import { OPENLINE_FOLDER } from '../core/run/runFolder.ts';
import type { Surroundings } from './console.ts';
import type { Given } from './options.ts';
import { UsageError } from './usage.ts';

/** Name of the profile that `--base-url` stands for. */
export const COMMAND_LINE_ENDPOINT = 'command-line';

export interface Workspace {
  /** Absolute path of the pipeline file. */
  readonly file: string;
  readonly text: string;
  /** Folder that holds `.openline`. */
  readonly root: string;
  readonly templates: ReadonlyMap<string, Template>;
  readonly recipes: ReadonlyMap<string, Recipe>;
}

/** The pipeline file of a command and what belongs to it. @throws InvalidInputError when it cannot be read */
export async function openWorkspace(argument: string | undefined, around: Surroundings): Promise<Workspace> {
  if (argument === undefined)
    throw new UsageError('Which pipeline? Give the path of a *.openline.yaml file; `openline new` writes one');
  const file = resolve(around.cwd, argument);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw InvalidInputError.of('missing-file', 'there is no such file, or it cannot be read', { file: argument });
  return { file, text, root: await findWorkspaceRoot(file), ...(await openLibrary(around.library)) };
}

/** The built-in templates and recipes. */
export async function openLibrary(folder: string): Promise<Pick<Workspace, 'templates' | 'recipes'>> {
  const [templates, recipes] = await Promise.all([
    loadTemplateLibrary(join(folder, 'prompts')),
    loadRecipes(join(folder, 'recipes')),
  ]);
  return { templates, recipes };
}

/** The file that holds the profiles of a workspace. */
function endpointsFileOf(root: string): string {
  return join(root, OPENLINE_FOLDER, 'endpoints.yaml');
}

/** What counts where a pipeline says nothing: the default endpoint of the workspace's file. */
export async function readDefaults(root: string): Promise<PlanDefaults> {
  const endpoint = await readDefaultEndpoint(endpointsFileOf(root));
  return endpoint === undefined ? {} : { endpoint };
}

/**
 * All profiles a command may use: the one of `--base-url`, the workspace's, the built-in sample; without keys. Those of
 * the workspace that have mistakes are left out and told.
 */
export async function readProfiles(root: string, given: Given, around: Surroundings): Promise<EndpointsFile> {
  if (around.known !== undefined) return around.known;
  const profiles: NamedProfile[] = [];
  const baseUrl = given.text('base-url');
  const keyVariable = given.text('api-key-env');
  if (baseUrl !== undefined) {
    const checked = endpointProfileSchema.safeParse({
      base_url: baseUrl,
      ...(keyVariable === undefined ? { auth: 'none' } : { api_key_env: keyVariable }),
    });
    if (!checked.success)
      throw new UsageError(
        `--base-url or --api-key-env: ${checked.error.issues.map((issue) => issue.message).join('; ')}`,
      );
    profiles.push({ name: COMMAND_LINE_ENDPOINT, profile: checked.data });
  }
  const file = await readEndpointsFile(endpointsFileOf(root));
  for (const { name, diagnostics } of file.broken) {
    const mistakes = diagnostics.map(formatDiagnostic).join('; ');
    around.err.write(`openline: warning: the profile ${name} is left out: ${mistakes}\n`);
  }
  profiles.push(...file.profiles);
  const named = [...profiles.filter((candidate) => candidate.name !== SAMPLE_PROFILE.name), SAMPLE_PROFILE];
  return { profiles: named, broken: file.broken };
}

/**
 * The profiles with the keys that may go to them. A variable named by a workspace file is read only for an origin it
 * belongs to: a preset's, one named on the command line, or one approved by the user.
 *
 * @param wanted names of the endpoints that will be asked; they and the replicas of pools among them get their keys
 */
export async function withKeys(
  profiles: readonly NamedProfile[],
  wanted: readonly string[],
  given: Given,
  around: Surroundings,
): Promise<readonly NamedProfile[]> {
  const approvals = await readApprovals(approvalsFile(around));
  const variable = given.text('api-key-env');
  const keyed = withReplicaNames(wanted, profiles);
  return profiles.map((named) => {
    const { name, profile } = named;
    if (!keyed.includes(name)) return named;
    if (profile.kind === 'vscode-lm') throw InvalidInputError.of('only-in-editor', onlyInside(name));
    // A variable on the command line is meant for the endpoint that is named there, not for whatever a file lists.
    const meant =
      given.text('base-url') === undefined
        ? (wanted.length === 1 && wanted[0] === name) || profile.api_key_env === variable
        : name === COMMAND_LINE_ENDPOINT;
    const key = keyFromEnvironment({
      name,
      profile,
      presets: ENDPOINT_PRESETS,
      approvals,
      environment: (wantedVariable) => around.env[wantedVariable],
      given: meant ? variable : undefined,
    });
    return key === undefined ? named : { ...named, key };
  });
}

/** Where the user's approvals are kept. */
export function approvalsFile(around: Surroundings): string {
  return userApprovalsFile(around.env, homedir());
}

/** Folder of the user's own templates, for every workspace. */
export function userTemplates(env: Surroundings['env']): string {
  return join(userFolder(env), 'prompts');
}

function userFolder(env: Surroundings['env']): string {
  return openlineFolderOf(env, homedir());
}

/** The connection stack of this process, with the proxy of its environment. */
export function openHttp(env: Surroundings['env']): HttpFetch {
  const proxy = {
    httpProxy: env['HTTP_PROXY'] ?? env['http_proxy'],
    httpsProxy: env['HTTPS_PROXY'] ?? env['https_proxy'],
    noProxy: env['NO_PROXY'] ?? env['no_proxy'],
  };
  return createHttpFetch({
    proxy: Object.fromEntries(Object.entries(proxy).filter(([, value]) => value !== undefined && value !== '')),
  });
}

/** Folder of the workspace a command without a pipeline works on. */
export async function currentRoot(around: Surroundings): Promise<string> {
  return findWorkspaceRoot(join(around.cwd, 'any.openline.yaml'));
}
