import * as vscode from 'vscode';
import { l10n } from 'vscode';

/** The name that was meant, as the engine's messages tell it. */
const NEAREST = /did you mean `(?<name>[^`]+)`\?/u;

/** Quick fixes of mistakes in pipelines and profiles: the name that was meant. */
export class PipelineActions implements vscode.CodeActionProvider {
  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const name = NEAREST.exec(diagnostic.message)?.groups?.['name'];
      if (diagnostic.source !== 'Openline' || name === undefined) return [];
      const written = document.getText(diagnostic.range);
      const action = new vscode.CodeAction(l10n.t('Change to {0}', name), vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, diagnostic.range, /^["']/u.test(written) ? JSON.stringify(name) : name);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      return [action];
    });
  }
}
