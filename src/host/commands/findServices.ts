import * as vscode from 'vscode';
import type { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';

export interface FindServicesDeps {
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly onProfilesChanged: () => void;
}

/** Looks for model services at the usual ports of this machine and adds those that the person wants. */
export function registerFindServices(deps: FindServicesDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.findServices, async () => {
    const { offerLocalServices } = await import('../endpoints/offerLocalServices.ts');
    await offerLocalServices(deps);
  });
}
