import * as vscode from 'vscode';
import type { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { KeyStore } from '../endpoints/keyStore.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';

export interface AddEndpointDeps {
  readonly profiles: ProfileStore;
  readonly keys: KeyStore;
  readonly probe: EndpointProbe;
  /** Folders that may hold `.openline`. */
  readonly roots: () => Promise<readonly string[]>;
  /** Told when profiles have changed. */
  readonly onProfilesChanged: () => void;
}

/** Asks for a service step by step and keeps it as an endpoint profile. */
export function registerAddEndpoint(deps: AddEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.addEndpoint, async () => {
    const { askForEndpoint } = await import('../endpoints/askForEndpoint.ts');
    const name = await askForEndpoint(deps);
    if (name === undefined) return;
    deps.onProfilesChanged();
    const test = vscode.l10n.t('Test Connection');
    const edit = vscode.l10n.t('Edit Endpoint');
    const text = vscode.l10n.t('The endpoint {0} was added.', name);
    const choice = await vscode.window.showInformationMessage(text, test, edit);
    if (choice === edit) await vscode.commands.executeCommand(COMMANDS.editEndpoint, name);
    if (choice === test) await vscode.commands.executeCommand(COMMANDS.testConnection, name);
  });
}
