import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { originOf, type KeyStore } from '../endpoints/keyStore.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import type { SelectedEndpoint } from './endpointTarget.ts';

export interface RemoveEndpointDeps {
  readonly profiles: ProfileStore;
  readonly keys: KeyStore;
  readonly selectedEndpoint: SelectedEndpoint;
  readonly onProfilesChanged: () => void;
}

/** Takes a profile away after a question; a key that no other profile's host needs can go with it. */
export function registerRemoveEndpoint(deps: RemoveEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.removeEndpoint, async (argument?: unknown) => {
    const { targetWritten } = await import('./endpointTarget.ts');
    const target = await targetWritten(argument, deps);
    if (target === undefined) return;
    const { profiles, defaultName } = await deps.profiles.all();
    const baseUrl = profiles.find(({ name }) => name === target.name)?.profile.base_url;
    const origin = originOf(baseUrl);
    const others = profiles.filter(
      ({ name, profile }) => name !== target.name && origin !== undefined && originOf(profile.base_url) === origin,
    );
    const hasKey = others.length === 0 && (await deps.keys.get(baseUrl)) !== undefined;
    const place =
      target.home.kind === 'settings' ? l10n.t('your settings') : vscode.workspace.asRelativePath(target.home.path);
    const remove = l10n.t('Remove');
    const removeBoth = l10n.t('Remove with Its Key');
    const answer = await vscode.window.showWarningMessage(
      l10n.t('Remove the endpoint {0}?', target.name),
      {
        modal: true,
        detail: hasKey
          ? l10n.t('It is taken out of {0}. A key for {1} is in the secret storage.', place, origin ?? '')
          : l10n.t('It is taken out of {0}. Pipelines that name it cannot be run any more.', place),
      },
      ...(hasKey ? [removeBoth, remove] : [remove]),
    );
    if (answer === undefined) return;
    const { removeProfile, saveDefault } = await import('../endpoints/saveProfile.ts');
    await removeProfile(target.home, target.name);
    if (answer === removeBoth && baseUrl !== undefined) await deps.keys.set(baseUrl, '');
    // A default that is gone would make every pipeline without an endpoint fail.
    const isDefault = defaultName === target.name;
    if (isDefault && target.home.kind === 'settings') await saveDefault(undefined, undefined);
    deps.onProfilesChanged();
  });
}
