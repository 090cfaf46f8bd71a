import * as vscode from 'vscode';
import type { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import type { SelectedEndpoint } from './endpointTarget.ts';

export interface ChooseModelDeps {
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly selectedEndpoint: SelectedEndpoint;
  readonly onProfilesChanged: () => void;
}

/** Sets the default model of a profile: one of the service's own list, or one that is typed. */
export function registerChooseModel(deps: ChooseModelDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.chooseModel, async (argument?: unknown) => {
    const { isWritable, targetKnown } = await import('./endpointTarget.ts');
    const { askForModel } = await import('../endpoints/askForModel.ts');
    const { saveField } = await import('../endpoints/saveProfile.ts');
    const known = await targetKnown(argument, deps, ({ home }) => isWritable(home));
    if (known === undefined || !isWritable(known.home)) return;
    const answer = await askForModel(known, known.profile.model, deps);
    if (answer === undefined) return;
    await saveField(known.home, known.name, 'model', answer);
    deps.onProfilesChanged();
  });
}
