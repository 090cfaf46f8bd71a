import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';

/** Moves a template to the trash, after saying which pipelines will miss it. */
export function registerDeleteTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.deleteTemplate, async (argument?: unknown) => {
    const { isOwn, refuseBuiltIn, targetTemplate } = await import('../templates/chooseTemplate.ts');
    const entry = await targetTemplate(argument, deps.templates, isOwn);
    if (entry === undefined) return;
    if (!isOwn(entry)) {
      refuseBuiltIn();
      return;
    }
    const pipelines = [...new Set((await (await deps.uses()).of(entry.key)).map(({ pipeline }) => pipeline))];
    const detail =
      pipelines.length === 0
        ? l10n.t('No pipeline of this workspace uses it.')
        : l10n.t('These pipelines use it and cannot be run without it: {0}.', pipelines.join(', '));
    const yes = l10n.t('Delete');
    const answer = await vscode.window.showWarningMessage(
      l10n.t('Delete the template {0}?', entry.id),
      { modal: true, detail },
      yes,
    );
    if (answer !== yes) return;
    await removeFile(entry.uri);
    deps.templates.tellChanged();
  });
}

/** Remote machines and containers have no trash. */
async function removeFile(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.workspace.fs.delete(uri, { useTrash: true });
  } catch {
    await vscode.workspace.fs.delete(uri, { useTrash: false });
  }
}
