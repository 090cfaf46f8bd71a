import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';
import { choose } from '../input/ask.ts';

/** Writes the templates of the workspace as a Python file, or as a folder of plain texts. */
export function registerExportTemplates(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.exportTemplates, async (argument?: unknown) => {
    const { exportAsPython, exportAsTexts, ownTemplates } = await import('../templates/exportTemplates.ts');
    const templates = await ownTemplates(deps);
    if (templates === undefined) return;
    if (argument instanceof vscode.Uri) {
      await (argument.path.endsWith('.py') ? exportAsPython : exportAsTexts)(templates, argument.fsPath);
      return;
    }
    const python = { label: l10n.t('A Python file'), detail: l10n.t('constants as in a prompts.py'), isPython: true };
    const texts = { label: l10n.t('Plain texts'), detail: l10n.t('a folder with NAME.txt files'), isPython: false };
    const form = await choose([python, texts], {
      placeHolder: l10n.t('Export the templates as …'),
    });
    if (form === undefined) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (form.isPython) {
      const at = folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, 'prompts.py') };
      const uri = await vscode.window.showSaveDialog({ title: l10n.t('Export Templates'), ...at });
      if (uri !== undefined) await exportAsPython(templates, uri.fsPath);
      return;
    }
    const chosen = await vscode.window.showOpenDialog({
      title: l10n.t('Export Templates'),
      openLabel: l10n.t('Export Here'),
      canSelectFiles: false,
      canSelectFolders: true,
      ...(folder === undefined ? {} : { defaultUri: vscode.Uri.file(dirname(folder.fsPath)) }),
    });
    const [uri] = chosen ?? [];
    if (uri !== undefined) await exportAsTexts(templates, uri.fsPath);
  });
}
