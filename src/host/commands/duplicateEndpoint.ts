import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import type { SelectedEndpoint } from './endpointTarget.ts';
import { enter } from '../input/ask.ts';

export interface DuplicateEndpointDeps {
  readonly profiles: ProfileStore;
  readonly selectedEndpoint: SelectedEndpoint;
  /** Told when profiles have changed. */
  readonly onProfilesChanged: () => void;
}

/** Copies a profile under another name; both have the key of their service, which belongs to its host. */
export function registerDuplicateEndpoint(deps: DuplicateEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.duplicateEndpoint, async (argument?: unknown) => {
    const { targetWritten } = await import('./endpointTarget.ts');
    const { checkName, freeName } = await import('../endpoints/profileName.ts');
    const { duplicateProfile } = await import('../endpoints/saveProfile.ts');
    const target = await targetWritten(argument, deps);
    if (target === undefined) return;
    const taken = new Set((await deps.profiles.all()).profiles.map(({ name }) => name));
    const name = await enter({
      title: l10n.t('Duplicate {0}', target.name),
      prompt: l10n.t('Name of the copy; pipelines refer to it by this name'),
      value: freeName(target.name, taken),
      validateInput: (text) => checkName(text, taken),
    });
    if (name === undefined) return;
    await duplicateProfile(target.home, target.name, name.trim());
    deps.onProfilesChanged();
  });
}
