import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Shows a template's preview and asks the endpoint that is chosen there. */
export function registerTryTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.tryTemplate, async (argument?: unknown) => {
    const { targetTemplate } = await import('../templates/chooseTemplate.ts');
    const entry = await targetTemplate(argument, deps.templates, () => true);
    if (entry !== undefined) await deps.previewTemplate(entry.uri, { asks: true });
  });
}
