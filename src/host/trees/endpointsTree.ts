import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { KeyStore } from '../endpoints/keyStore.ts';
import type { KnownProfile, ProfileHome, ProfileProblem, ProfileStore } from '../endpoints/profileStore.ts';
import { ITEM_KINDS } from '../ids.ts';
import { ChangingTree } from './changingTree.ts';

/** A profile, or what is wrong with one. */
export class EndpointItem extends vscode.TreeItem {
  readonly profileName: string;
  readonly home: ProfileHome;

  constructor(name: string, home: ProfileHome) {
    super(name);
    this.profileName = name;
    this.home = home;
    this.id = `${home.kind}:${home.kind === 'file' ? home.path : ''}:${name}`;
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

  async getChildren(): Promise<EndpointItem[]> {
    const { profiles, problems } = await this.#profiles.all();
    // With the built-in endpoint alone the view's welcome text says more than a list of one.
    if (profiles.length === 1 && problems.length === 0) return [];
    const items = await Promise.all(profiles.map((known) => this.#item(known)));
    return [...problems.map(problemItem), ...items];
  }

  async #item({ name, profile, home }: KnownProfile): Promise<EndpointItem> {
    const item = new EndpointItem(name, home);
    const host = profile.base_url === undefined ? undefined : new URL(profile.base_url).host;
    const parts = [profile.model, host].filter((part) => part !== undefined);
    const hasKey = profile.auth !== 'none' && (await this.#keys.get(profile.base_url)) !== undefined;
    if (home.kind === 'builtin') {
      item.description = l10n.t('built in, needs no service');
      item.iconPath = new vscode.ThemeIcon('beaker');
      item.contextValue = ITEM_KINDS.sampleEndpoint;
    } else {
      item.description = parts.join(' · ');
      item.iconPath = new vscode.ThemeIcon(hasKey ? 'key' : 'plug');
      item.contextValue = ITEM_KINDS.endpoint;
    }
    const key = keyLine(profile.auth, hasKey, home);
    const lines = [profile.base_url ?? l10n.t('built in'), key, homeLine(home)];
    item.accessibilityInformation = { label: `${name}, ${item.description}, ${key}` };
    item.tooltip = lines.filter((line) => line !== '').join('\n');
    return item;
  }
}

function keyLine(auth: KnownProfile['profile']['auth'], hasKey: boolean, home: ProfileHome): string {
  if (auth === 'none' || home.kind === 'builtin') return l10n.t('Needs no key');
  return hasKey ? l10n.t('A key is set') : l10n.t('No key is set');
}

function homeLine(home: ProfileHome): string {
  switch (home.kind) {
    case 'builtin':
      return '';
    case 'settings':
      return l10n.t('From your settings');
    case 'file':
      return l10n.t('From {0}', vscode.workspace.asRelativePath(home.path));
  }
}

function problemItem({ name, message, home }: ProfileProblem): EndpointItem {
  const item = new EndpointItem(name, home);
  item.description = message;
  item.tooltip = `${homeLine(home)}\n${message}`;
  item.accessibilityInformation = { label: `${name}, ${message}` };
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = ITEM_KINDS.brokenEndpoint;
  return item;
}
