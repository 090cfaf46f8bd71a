import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { CodeConsentDeps } from './allowCode.ts';

/** Takes the consent back: code of records is only parsed. */
export function registerForbidCode({ consent }: CodeConsentDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.forbidCode, async () => {
    await consent.withdraw();
    void vscode.window.showInformationMessage(
      l10n.t('Code in records is not run in this workspace any more; it is only parsed.'),
    );
  });
}
