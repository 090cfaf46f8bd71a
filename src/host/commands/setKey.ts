import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { originOf, type KeyStore } from '../endpoints/keyStore.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';
import { enter } from '../input/ask.ts';

export interface SetKeyDeps {
  readonly profiles: ProfileStore;
  readonly keys: KeyStore;
}

/** Takes the key of a service; it is kept in the editor's secret storage, for that host alone. */
export function registerSetKey({ profiles, keys }: SetKeyDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.setKey, async (argument?: unknown) => {
    const { targetEndpoint } = await import('./target.ts');
    const known = await targetEndpoint(argument, profiles, ({ profile }) => profile.auth !== 'none');
    const url = known?.profile.base_url;
    const origin = originOf(url);
    if (known === undefined || url === undefined || origin === undefined) return;
    const before = await keys.get(url);
    const key = await enter({
      title: l10n.t('Key of {0}', known.name),
      prompt:
        before === undefined
          ? l10n.t('The key is kept in secret storage and sent to {0} only.', origin)
          : l10n.t('Sent to {0} only. A key is set; a new one replaces it, an empty one removes it.', origin),
      password: true,
    });
    if (key === undefined || (key.trim() === '' && before === undefined)) return;
    await keys.set(url, key.trim());
    const text =
      key.trim() === ''
        ? l10n.t('The key of {0} was removed.', known.name)
        : l10n.t('The key of {0} is set.', known.name);
    const test = l10n.t('Test Connection');
    const choice = key.trim() === '' ? undefined : await vscode.window.showInformationMessage(text, test);
    if (choice === test) await vscode.commands.executeCommand(COMMANDS.testConnection, known.name);
  });
}
