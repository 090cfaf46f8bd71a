import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Asks for a name, a form and a place, writes the template and opens it. */
export function registerNewTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.newTemplate, async () => {
    const { askForTemplate } = await import('../templates/askForTemplate.ts');
    const uri = await askForTemplate(deps);
    if (uri === undefined) return;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  });
}
