import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';
import { enter } from '../input/ask.ts';

/** Gives a template another name, and writes it into the pipelines that use it. */
export function registerRenameTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.renameTemplate, async (argument?: unknown, newName?: unknown) => {
    const { isOwn, nameProblem, refuseBuiltIn, targetTemplate } = await import('../templates/chooseTemplate.ts');
    const entry = await targetTemplate(argument, deps.templates, isOwn);
    if (entry === undefined) return;
    if (!isOwn(entry)) {
      refuseBuiltIn();
      return;
    }
    const entries = (await deps.templates.list()).filter(({ key }) => key !== entry.key);
    const name =
      typeof newName === 'string' && nameProblem(newName, entries) === undefined
        ? newName
        : await enter({
            title: l10n.t('Rename {0}', entry.id),
            value: entry.id,
            validateInput: (text) => nameProblem(text.trim(), entries),
          });
    if (name === undefined || name.trim() === entry.id) return;
    const { renameTemplate } = await import('../templates/renameTemplate.ts');
    const changed = await renameTemplate(entry, name.trim(), deps);
    if (changed > 0) {
      const text =
        changed === 1 ? l10n.t('1 pipeline uses the new name.') : l10n.t('{0} pipelines use the new name.', changed);
      void vscode.window.showInformationMessage(text);
    }
  });
}
