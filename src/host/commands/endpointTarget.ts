/** Which profile a command of the Endpoints view is about, and where that profile is written down. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { KnownProfile, ProfileHome, ProfileStore } from '../endpoints/profileStore.ts';
import type { WritableHome } from '../endpoints/saveProfile.ts';
import { EndpointItem } from '../trees/endpointsTree.ts';
import { targetEndpoint } from './target.ts';

/** The profile that is selected in the view; undefined: none is. */
export type SelectedEndpoint = () => Promise<EndpointItem | undefined>;

interface TargetDeps {
  readonly profiles: ProfileStore;
  readonly selectedEndpoint: SelectedEndpoint;
}

export interface MoveEndpointDeps extends TargetDeps {
  readonly onProfilesChanged: () => void;
}

/** A profile, usable or not, at the place where it can be changed. */
export interface WrittenTarget {
  readonly name: string;
  readonly home: WritableHome;
}

/** Whether a profile can be changed: the built-in one cannot. */
export function isWritable(home: ProfileHome): home is WritableHome {
  return home.kind !== 'builtin';
}

/** A profile that can be used: the item of a menu, the selected one for a key, else one that is chosen. */
export async function targetKnown(
  argument: unknown,
  { profiles, selectedEndpoint }: TargetDeps,
  fits: (known: KnownProfile) => boolean = () => true,
): Promise<KnownProfile | undefined> {
  return targetEndpoint(isFromKey(argument) ? await selectedEndpoint() : argument, profiles, fits);
}

/** A profile to change, which may be a broken one of the settings. */
export async function targetWritten(argument: unknown, deps: TargetDeps): Promise<WrittenTarget | undefined> {
  const item = isFromKey(argument) ? await deps.selectedEndpoint() : argument;
  if (isFromKey(argument) && item === undefined) {
    vscode.window.setStatusBarMessage(
      l10n.t('No endpoint is selected. Enter selects the one that has the focus.'),
      4000,
    );
    return undefined;
  }
  if (item instanceof EndpointItem)
    return isWritable(item.home) && item.isProfile ? { name: item.profileName, home: item.home } : undefined;
  const known = await targetEndpoint(item, deps.profiles, ({ home }) => isWritable(home));
  return known !== undefined && isWritable(known.home) ? { name: known.name, home: known.home } : undefined;
}

/** Moves a profile up (-1) or down (1) among those that are written in the same place. */
export async function moveBy(step: -1 | 1, argument: unknown, deps: MoveEndpointDeps): Promise<void> {
  const target = await targetWritten(argument, deps);
  if (target === undefined) return;
  const { moveProfile } = await import('../endpoints/saveProfile.ts');
  const isMoved = await moveProfile(target.home, target.name, (names) => {
    const index = names.indexOf(target.name) + step;
    return index < 0 || index >= names.length ? undefined : index;
  });
  if (isMoved) {
    deps.onProfilesChanged();
    return;
  }
  const text =
    step < 0
      ? l10n.t('{0} is the first of its place.', target.name)
      : l10n.t('{0} is the last of its place.', target.name);
  vscode.window.setStatusBarMessage(text, 4000);
}

/** Key bindings say that they mean the selected item; the palette says nothing. */
function isFromKey(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'selected' in argument && argument.selected === true;
}
