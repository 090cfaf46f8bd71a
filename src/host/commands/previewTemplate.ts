import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Shows beside the editor what a template comes to. */
export function registerPreviewTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.previewTemplate, async (argument?: unknown) => {
    const { targetTemplate } = await import('../templates/chooseTemplate.ts');
    const entry = await targetTemplate(argument, deps.templates, () => true);
    if (entry !== undefined) await deps.previewTemplate(entry.uri, { asks: false });
  });
}
