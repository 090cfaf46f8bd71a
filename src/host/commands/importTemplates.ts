import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Brings the templates of a `prompts.py`, or of a folder of plain texts, into the workspace. */
export function registerImportTemplates(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.importTemplates, async (argument?: unknown) => {
    const { importTemplates } = await import('../templates/importTemplates.ts');
    if (argument instanceof vscode.Uri) {
      await importTemplates(argument.fsPath, deps);
      return;
    }
    const chosen = await vscode.window.showOpenDialog({
      title: l10n.t('Import Templates'),
      openLabel: l10n.t('Import'),
      canSelectFiles: true,
      canSelectFolders: true,
      canSelectMany: false,
      filters: { [l10n.t('Python')]: ['py'], [l10n.t('All Files')]: ['*'] },
    });
    const [uri] = chosen ?? [];
    if (uri !== undefined) await importTemplates(uri.fsPath, deps);
  });
}
