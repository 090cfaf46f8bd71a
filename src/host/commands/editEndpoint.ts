import * as vscode from 'vscode';
import type { ProfileHome, ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../ids.ts';
import { EndpointItem } from '../trees/endpointsTree.ts';

export interface EditEndpointDeps {
  readonly profiles: ProfileStore;
}

/** Opens the place where a profile is written down: the file, or the settings. */
export function registerEditEndpoint({ profiles }: EditEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.editEndpoint, async (argument?: unknown) => {
    const name = argument instanceof EndpointItem ? argument.profileName : argument;
    const home = argument instanceof EndpointItem ? argument.home : await homeOf(name, profiles);
    if (home?.kind === 'settings') {
      const open =
        home.scope === 'user' ? 'workbench.action.openSettingsJson' : 'workbench.action.openWorkspaceSettingsFile';
      await vscode.commands.executeCommand(open, {
        revealSetting: { key: `${SETTINGS_SECTION}.${SETTINGS.endpoints}` },
      });
    }
    if (home?.kind === 'file') await openAt(home.path, String(name));
  });
}

async function homeOf(name: unknown, profiles: ProfileStore): Promise<ProfileHome | undefined> {
  return (await profiles.all()).profiles.find((known) => known.name === name)?.home;
}

async function openAt(path: string, name: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const line = document
    .getText()
    .split('\n')
    .findIndex((text) => text.trimStart().startsWith(`${name}:`));
  const selection = new vscode.Range(Math.max(0, line), 0, Math.max(0, line), 0);
  await vscode.window.showTextDocument(document, { selection });
}
