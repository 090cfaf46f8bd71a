import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { RayJobItem } from '../trees/rayJobItem.ts';
import type { RayJobDeps } from './attachToRay.ts';

/** Shows what a job on Ray has printed so far. */
export function registerShowRayLog({ rayJobs }: RayJobDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.showRayLog, async (argument?: unknown) => {
    if (!(argument instanceof RayJobItem)) return;
    const { root, saved } = argument.job;
    const { state, error, output } = await rayJobs.ask(root, ['logs', saved.job]);
    if (state !== 'done') {
      void vscode.window.showErrorMessage(error ?? l10n.t('The log could not be read.'));
      return;
    }
    const document = await vscode.workspace.openTextDocument({ language: 'log', content: output });
    await vscode.window.showTextDocument(document, { preview: true });
  });
}
