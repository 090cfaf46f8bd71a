import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Opens a template and shows beside its text where pipelines use it. */
export function registerFindTemplateUses(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.findTemplateUses, async (argument?: unknown) => {
    const { targetTemplate } = await import('../templates/chooseTemplate.ts');
    const entry = await targetTemplate(argument, deps.templates, () => true);
    if (entry === undefined) return;
    const uses = await (await deps.uses()).of(entry.key);
    if (uses.length === 0) {
      void vscode.window.showInformationMessage(l10n.t('No pipeline of this workspace uses {0}.', entry.id));
      return;
    }
    const locations = uses.map(({ file, at }) => {
      // A recipe's own template is used where the pipeline names the recipe.
      const { line = 1, column = 1 } = at.file === file ? at : { line: 1, column: 1 };
      return new vscode.Location(vscode.Uri.file(file), new vscode.Position(line - 1, column - 1));
    });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(entry.uri));
    await vscode.commands.executeCommand(
      'editor.action.showReferences',
      entry.uri,
      new vscode.Position(0, 0),
      locations,
    );
  });
}
