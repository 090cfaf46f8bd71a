import { join } from 'node:path';
import * as vscode from 'vscode';
import type { EndpointProfile, NamedProfile } from '../../core/endpoints/profile.ts';
import type { BrokenProfile } from '../../core/endpoints/profileFile.ts';
import type { Diagnostic } from '../../core/errors.ts';
import { OPENLINE_FOLDER, SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import type { KeyStore } from './keyStore.ts';

/** Name of the file, inside `.openline`, that holds a workspace's profiles. */
export const ENDPOINTS_FILE = 'endpoints.yaml';

/** Where a profile is written down. */
export type ProfileHome =
  | { readonly kind: 'builtin' }
  /** The settings of the user, or those of the workspace. */
  | { readonly kind: 'settings'; readonly scope: 'user' | 'workspace' }
  | { readonly kind: 'file'; readonly path: string };

export interface KnownProfile {
  readonly name: string;
  readonly profile: EndpointProfile;
  readonly home: ProfileHome;
}

/** A profile, or a whole file of them, that cannot be used. */
export interface ProfileProblem {
  /** The profile's name, or the file's. */
  readonly name: string;
  readonly message: string;
  readonly home: ProfileHome;
  /** Its mistakes, where they have places in a file. */
  readonly diagnostics?: readonly Diagnostic[];
}

export interface Profiles {
  /** By precedence; each name once. */
  readonly profiles: readonly KnownProfile[];
  readonly problems: readonly ProfileProblem[];
  /** The profile of pipelines that name none, where there is one. */
  readonly defaultName?: string;
}

/**
 * The endpoint profiles: those of the setting (the workspace's before the user's), then those of
 * `.openline/endpoints.yaml`, then the built-in sample. Of the default endpoint the file speaks first, as it does for the
 * command; then the setting. What a workspace says is read only when the workspace is trusted.
 */
export class ProfileStore {
  readonly #keys: KeyStore;
  /** Folders that hold `.openline`, of everything that is open. */
  readonly #roots: () => Promise<readonly string[]>;

  constructor(keys: KeyStore, roots: () => Promise<readonly string[]>) {
    this.#keys = keys;
    this.#roots = roots;
  }

  /** The files that may hold profiles, of everything that is open; none when it is not trusted. */
  async files(): Promise<readonly string[]> {
    const roots = vscode.workspace.isTrusted ? await this.#roots() : [];
    return roots.map(endpointsFileOf);
  }

  /** Everything there is, for lists and choices. */
  async all(): Promise<Profiles> {
    return this.#collect(vscode.workspace.isTrusted ? await this.#roots() : []);
  }

  /** Whether there is any besides the built-in one, usable or not. */
  async hasOwn(): Promise<boolean> {
    const { profiles, problems } = await this.all();
    return profiles.length > 1 || problems.length > 0;
  }

  /** What a pipeline under the given root may name. */
  async ofRoot(root: string): Promise<Profiles> {
    return this.#collect(vscode.workspace.isTrusted ? [root] : []);
  }

  /** The profiles with the keys that belong to their origins. */
  async withKeys(profiles: readonly KnownProfile[]): Promise<readonly NamedProfile[]> {
    return Promise.all(profiles.map((known) => this.withKey(known)));
  }

  async withKey(known: KnownProfile): Promise<NamedProfile> {
    const { name, profile } = known;
    if (profile.kind === 'pool') return this.#withReplicas(known);
    if (profile.auth === 'none' || profile.kind === 'sample') return { name, profile };
    const key = (await this.#keys.get(profile.base_url)) ?? (await keyOfEnvironment(known));
    return key === undefined ? { name, profile } : { name, profile, key };
  }

  /** A pool has no key of its own; each replica has the one of its own origin. */
  async #withReplicas({ name, profile }: KnownProfile): Promise<NamedProfile> {
    const { profiles } = await this.all();
    const members = (profile.replicas ?? []).flatMap(
      (replica) => profiles.find((one) => one.name === replica && one.profile.kind !== 'pool') ?? [],
    );
    const { findProfile } = await import('../../core/endpoints/pool/findProfile.ts');
    const pool = { name, profile, replicas: await this.withKeys(members) };
    return findProfile([pool], name) ?? pool;
  }

  async #collect(roots: readonly string[]): Promise<Profiles> {
    const { SAMPLE_PROFILE } = await import('../../core/endpoints/sampleProfile.ts');
    const found: Profiles[] = [await readSetting('workspace', roots), await readSetting('user', roots)];
    for (const root of roots) found.push(await readFileOf(endpointsFileOf(root)));
    const profiles = new Map<string, KnownProfile>();
    // The built-in name cannot be taken by another profile: `sample` never needs a network.
    const builtin: KnownProfile = { ...SAMPLE_PROFILE, home: { kind: 'builtin' } };
    for (const known of found.flatMap((part) => part.profiles)) {
      if (known.name !== builtin.name && !profiles.has(known.name)) profiles.set(known.name, known);
    }
    const all = [...profiles.values(), builtin];
    const named = found.find((part) => part.defaultName !== undefined)?.defaultName ?? defaultSetting();
    return {
      profiles: all,
      problems: found.flatMap((part) => part.problems),
      ...(named === undefined ? {} : { defaultName: named }),
    };
  }
}

/** What a pipeline that names a broken profile is told. */
export function brokenProfiles({ problems }: Pick<Profiles, 'problems'>): readonly BrokenProfile[] {
  return problems.map(({ name, message, home, diagnostics }) => ({
    name,
    ...(home.kind === 'file' && diagnostics === undefined ? { isFile: true } : {}),
    diagnostics: diagnostics ?? [
      {
        severity: 'error',
        code: 'bad-profile',
        message: home.kind === 'settings' ? vscode.l10n.t('in the settings: {0}', message) : message,
      },
    ],
  }));
}

/** The file of a folder that holds `.openline`. */
export function endpointsFileOf(root: string): string {
  return join(root, OPENLINE_FOLDER, ENDPOINTS_FILE);
}

/** A variable that a profile names is read only where it belongs to the host, or the user has approved it. */
async function keyOfEnvironment({ name, profile }: KnownProfile): Promise<string | undefined> {
  if (profile.api_key_env === undefined) return undefined;
  const { readApprovals } = await import('../../core/endpoints/approvals.ts');
  const { approvalsFile } = await import('./approveVariable.ts');
  const { keyFromEnvironment } = await import('../../core/endpoints/keyRelease.ts');
  const { ENDPOINT_PRESETS } = await import('../../core/endpoints/presets.ts');
  try {
    // The command keeps what was approved in the same place.
    return keyFromEnvironment({
      name,
      profile,
      environment: (variable) => process.env[variable],
      presets: ENDPOINT_PRESETS,
      approvals: await readApprovals(approvalsFile()),
    });
  } catch {
    // Not released to that host: as if there were none. The service will ask for a key, and Set Key is offered.
    return undefined;
  }
}

/** What one scope of a setting says; of a workspace that is not trusted, nothing. */
function settingOf(name: string, scope: 'user' | 'workspace'): unknown {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect<unknown>(name);
  if (scope === 'user') return found?.globalValue;
  return vscode.workspace.isTrusted ? found?.workspaceValue : undefined;
}

function defaultSetting(): string | undefined {
  const names = [settingOf(SETTINGS.defaultEndpoint, 'workspace'), settingOf(SETTINGS.defaultEndpoint, 'user')];
  return names.find((name): name is string => typeof name === 'string' && name !== '');
}

/**
 * Each scope by itself: what the workspace says of a profile is not mixed with what the user says of it.
 *
 * @param roots folders that paths in profiles may be relative to
 */
async function readSetting(scope: 'user' | 'workspace', roots: readonly string[]): Promise<Profiles> {
  const { readProfile } = await import('../../core/endpoints/readProfile.ts');
  const setting = settingOf(SETTINGS.endpoints, scope);
  const home: ProfileHome = { kind: 'settings', scope };
  const profiles: KnownProfile[] = [];
  const problems: ProfileProblem[] = [];
  if (typeof setting !== 'object' || setting === null) return { profiles, problems };
  for (const [name, value] of Object.entries(setting)) {
    const read = readProfile(name, value, roots);
    if ('named' in read) profiles.push({ name, profile: read.named.profile, home });
    else problems.push({ name, message: read.problem, home });
  }
  return { profiles, problems };
}

async function readFileOf(path: string): Promise<Profiles> {
  const { formatDiagnostic } = await import('../../core/errors.ts');
  const { readDefaultEndpoint, readEndpointsFile } = await import('../../core/endpoints/profileFile.ts');
  const home: ProfileHome = { kind: 'file', path };
  try {
    const { profiles, broken } = await readEndpointsFile(path);
    const defaultName = await readDefaultEndpoint(path);
    return {
      profiles: profiles.map(({ name, profile }) => ({ name, profile, home })),
      problems: broken.map(({ name, diagnostics }) => ({
        name,
        message: diagnostics.map(formatDiagnostic).join('\n'),
        home,
        diagnostics,
      })),
      ...(defaultName === undefined ? {} : { defaultName }),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { profiles: [], problems: [{ name: ENDPOINTS_FILE, message, home }] };
  }
}
