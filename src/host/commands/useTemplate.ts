import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { TemplateDeps } from '../templates/templateService.ts';
import { choose } from '../input/ask.ts';

/** Has a step of a pipeline ask with a template: writes its name into the pipeline, which is shown with the change. */
export function registerUseTemplate(deps: TemplateDeps): vscode.Disposable {
  return vscode.commands.registerCommand(
    COMMANDS.useTemplate,
    async (argument?: unknown, file?: unknown, step?: unknown) => {
      const { targetTemplate } = await import('../templates/chooseTemplate.ts');
      const { stepsFor, useInPipeline } = await import('../templates/useInPipeline.ts');
      const entry = await targetTemplate(argument, deps.templates, () => true);
      if (entry === undefined) return;
      const all = await stepsFor(entry, deps);
      // A key binding or another command may name pipeline and step.
      const isNamed = file instanceof vscode.Uri && typeof step === 'string';
      const steps = isNamed ? all.filter((one) => one.file === file.fsPath && one.step === step) : all;
      if (steps.length === 0) {
        void vscode.window.showInformationMessage(
          l10n.t('No pipeline of this workspace has a step that could ask with {0}.', entry.id),
        );
        return;
      }
      const chosen = isNamed
        ? steps[0]
        : await choose(steps, {
            title: l10n.t('Use {0} in a Pipeline', entry.id),
            placeHolder: l10n.t('Which step is to ask with it?'),
            matchOnDescription: true,
            matchOnDetail: true,
          });
      if (chosen !== undefined) await useInPipeline(entry, chosen, deps);
    },
  );
}
