import * as vscode from 'vscode';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import type { SelectedEndpoint } from './endpointTarget.ts';

export interface SetDefaultEndpointDeps {
  readonly profiles: ProfileStore;
  readonly selectedEndpoint: SelectedEndpoint;
  readonly onProfilesChanged: () => void;
}

/** Makes an endpoint the one that New Pipeline suggests and that pipelines without `endpoint` ask. */
export function registerSetDefaultEndpoint(deps: SetDefaultEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.setDefaultEndpoint, async (argument?: unknown) => {
    const { targetKnown } = await import('./endpointTarget.ts');
    const known = await targetKnown(argument, deps);
    if (known === undefined) return;
    const { readDefaultEndpoint } = await import('../../core/endpoints/profileFile.ts');
    const { saveDefault } = await import('../endpoints/saveProfile.ts');
    if (known.home.kind === 'file') await saveDefault(known.home.path, known.name);
    else {
      // A file speaks before the settings: where one names a default, it is the one to change.
      const files = await deps.profiles.files();
      const named = await Promise.all(files.map(readDefaultEndpoint));
      const speaking = files.find((_path, index) => named[index] !== undefined);
      await saveDefault(speaking, known.name);
    }
    deps.onProfilesChanged();
  });
}
