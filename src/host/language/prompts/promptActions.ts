import * as vscode from 'vscode';
import type { PromptDiagnostics } from './promptDiagnostics.ts';
import { placesOf } from './promptPlaces.ts';

/** Quick fixes of what is wrong in a template. */
export class PromptActions implements vscode.CodeActionProvider {
  readonly #diagnostics: PromptDiagnostics;

  constructor(diagnostics: PromptDiagnostics) {
    this.#diagnostics = diagnostics;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const { positionAt } = placesOf(document);
    const actions: vscode.CodeAction[] = [];
    for (const { start, end, code, fixes } of this.#diagnostics.findingsIn(document)) {
      const place = new vscode.Range(positionAt(start), positionAt(end));
      if (place.intersection(range) === undefined) continue;
      for (const [index, fix] of fixes.entries()) {
        const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, new vscode.Range(positionAt(fix.start), positionAt(fix.end)), fix.text);
        action.diagnostics = diagnostics.filter((told) => told.code === code && told.range.isEqual(place));
        action.isPreferred = index === 0 && fixes.length < 3;
        actions.push(action);
      }
    }
    return actions;
  }
}
