import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { CodeConsent } from '../runs/codeConsent.ts';

export interface CodeConsentDeps {
  readonly consent: CodeConsent;
}

/** Lets filters run code of records in this workspace. */
export function registerAllowCode({ consent }: CodeConsentDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.allowCode, async () => {
    await consent.give();
    void vscode.window.showInformationMessage(
      l10n.t('Code in records is run in this workspace where a filter asks for it.'),
    );
  });
}
