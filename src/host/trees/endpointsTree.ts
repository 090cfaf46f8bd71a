import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { replicaProblem } from '../../core/endpoints/pool/findProfile.ts';
import type { EndpointKind, EndpointProfile } from '../../core/endpoints/profile.ts';
import type { KeyStore } from '../endpoints/keyStore.ts';
import type { KnownProfile, ProfileHome, ProfileProblem, ProfileStore } from '../endpoints/profileStore.ts';
import { ITEM_KINDS } from '../ids.ts';
import { ChangingTree } from './changingTree.ts';

/** A profile, or what is wrong with one. */
export class EndpointItem extends vscode.TreeItem {
  readonly profileName: string;
  readonly home: ProfileHome;
  /** False where a whole file cannot be read. */
  readonly isProfile: boolean;

  constructor(name: string, home: ProfileHome, isProfile = true) {
    super(name);
    this.profileName = name;
    this.home = home;
    this.isProfile = isProfile;
    this.id = `${homeId(home)}:${name}`;
  }
}

export class EndpointsTree extends ChangingTree<EndpointItem> {
  readonly #profiles: ProfileStore;
  readonly #keys: KeyStore;

  constructor(profiles: ProfileStore, keys: KeyStore) {
    super();
    this.#profiles = profiles;
    this.#keys = keys;
  }

  protected override async list(): Promise<EndpointItem[]> {
    const { profiles, problems, defaultName } = await this.#profiles.all();
    // With the built-in endpoint alone the view's welcome text says more than a list of one.
    if (profiles.length === 1 && problems.length === 0) return [];
    const items = await Promise.all(profiles.map((known) => this.#item(known, known.name === defaultName, profiles)));
    return [...problems.map(problemItem), ...items];
  }

  async #item(
    { name, profile, home }: KnownProfile,
    isDefault: boolean,
    all: readonly KnownProfile[],
  ): Promise<EndpointItem> {
    const item = new EndpointItem(name, home);
    const pool = poolPart(name, profile, all);
    const host = profile.base_url === undefined ? undefined : new URL(profile.base_url).host;
    const needsKey = profile.auth !== 'none' && profile.base_url !== undefined;
    const hasKey = needsKey && (await this.#keys.get(profile.base_url)) !== undefined;
    const mark = isDefault ? [l10n.t('default')] : [];
    if (home.kind === 'builtin') {
      item.description = [...mark, l10n.t('built in, needs no service')].join(' · ');
      item.iconPath = new vscode.ThemeIcon(isDefault ? 'star-full' : 'beaker');
      item.contextValue = isDefault ? ITEM_KINDS.sampleDefault : ITEM_KINDS.sampleEndpoint;
    } else {
      const place = profile.kind === 'vscode-lm' ? l10n.t('a model of VS Code') : (pool?.place ?? host);
      const isShared = home.kind === 'file' || home.scope === 'workspace';
      const origin = isShared ? l10n.t('workspace') : undefined;
      const tags = (profile.tags ?? []).map((tag) => `#${tag}`);
      const parts = [...mark, profile.model, place, origin, ...tags].filter((part) => part !== undefined);
      item.description = parts.join(' · ');
      item.iconPath = pool?.warning ?? new vscode.ThemeIcon(iconOf(isDefault, hasKey, profile.kind));
      item.contextValue = needsKey
        ? isDefault
          ? ITEM_KINDS.endpointDefault
          : ITEM_KINDS.endpoint
        : isDefault
          ? ITEM_KINDS.keylessDefault
          : ITEM_KINDS.keylessEndpoint;
    }
    const key =
      pool !== undefined
        ? l10n.t('Each replica has a key of its own')
        : !needsKey
          ? l10n.t('Needs no key')
          : hasKey
            ? l10n.t('A key is set')
            : l10n.t('No key is set');
    const lines = [
      profile.base_url ?? pool?.text ?? withoutAddress(profile.kind),
      ...kindLines(profile.kind),
      ...(isDefault ? [l10n.t('The default: pipelines that name no endpoint ask this one')] : []),
      key,
      homeLine(home),
    ];
    item.accessibilityInformation = { label: `${name}, ${item.description}, ${key}` };
    item.tooltip = lines.filter((line) => line !== '').join('\n');
    return item;
  }
}

/** Tells the places of profiles apart. */
export function homeId(home: ProfileHome): string {
  switch (home.kind) {
    case 'builtin':
      return 'builtin';
    case 'settings':
      return `settings:${home.scope}`;
    case 'file':
      return `file:${home.path}`;
  }
}

function iconOf(isDefault: boolean, hasKey: boolean, kind: EndpointKind): string {
  if (isDefault) return 'star-full';
  if (hasKey) return 'key';
  switch (kind) {
    case 'vscode-lm':
      return 'vscode';
    case 'pool':
      return 'layers';
    case 'sample':
      return 'beaker';
    default:
      return 'plug';
  }
}

interface PoolPart {
  /** Where its requests go, in few words. */
  readonly place: string;
  /** A line for each replica, or what is wrong with them. */
  readonly text: string;
  readonly warning: vscode.ThemeIcon | undefined;
}

/** What a pool shows of its replicas; undefined: it is none. */
function poolPart(name: string, profile: EndpointProfile, all: readonly KnownProfile[]): PoolPart | undefined {
  if (profile.kind !== 'pool') return undefined;
  const names = profile.replicas ?? [];
  const replicas = names.flatMap((replica) => all.find((known) => known.name === replica) ?? []);
  const problem = replicaProblem({ name, profile, replicas });
  const lines = replicas.map(({ name: replica, profile: { base_url } }) =>
    base_url === undefined ? replica : `${replica}: ${base_url}`,
  );
  return {
    place: problem ?? l10n.t('shared by {0}', names.join(', ')),
    text: [...(problem === null ? [] : [problem]), l10n.t('Shares the work among'), ...lines].join('\n'),
    warning: problem === null ? undefined : warningIcon(),
  };
}

function kindLines(kind: EndpointKind): readonly string[] {
  if (kind === 'openai-completions') return [l10n.t('Conversations are sent as one text (completions)')];
  return kind === 'nemo-deploy' ? [l10n.t('Triton or PyTriton, by KServe v2')] : [];
}

function withoutAddress(kind: EndpointKind): string {
  return kind === 'vscode-lm' ? l10n.t('A model that VS Code offers') : l10n.t('built in');
}

function warningIcon(): vscode.ThemeIcon {
  return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
}

function homeLine(home: ProfileHome): string {
  switch (home.kind) {
    case 'builtin':
      return '';
    case 'settings':
      return home.scope === 'user' ? l10n.t('From your settings') : l10n.t('From the settings of the workspace');
    case 'file':
      return l10n.t('From {0}', vscode.workspace.asRelativePath(home.path));
  }
}

function problemItem({ name, message, home }: ProfileProblem): EndpointItem {
  const item = new EndpointItem(name, home, home.kind === 'settings');
  item.description = message;
  item.tooltip = `${homeLine(home)}\n${message}`;
  item.accessibilityInformation = { label: `${name}, ${message}` };
  item.iconPath = warningIcon();
  item.contextValue = home.kind === 'settings' ? ITEM_KINDS.brokenEndpoint : ITEM_KINDS.brokenFile;
  return item;
}
