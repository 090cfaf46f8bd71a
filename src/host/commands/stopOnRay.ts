import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { nameOfJob } from '../ray/rayJobs.ts';
import { RayJobItem } from '../trees/rayJobItem.ts';
import type { RayJobDeps } from './attachToRay.ts';

/** Ends a job on Ray; what was answered lies on its storage, and a run here or there goes on with it. */
export function registerStopOnRay({ rayJobs }: RayJobDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.stopOnRay, async (argument?: unknown) => {
    if (!(argument instanceof RayJobItem)) return;
    const { root, saved, isFollowed } = argument.job;
    const { state, error } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: l10n.t('Stopping {0} on Ray', nameOfJob(saved)) },
      () => rayJobs.ask(root, ['stop', saved.job]),
    );
    if (state !== 'done') void vscode.window.showErrorMessage(error ?? l10n.t('The job could not be stopped.'));
    // Whoever follows it fetches what was answered.
    else if (!isFollowed) await vscode.commands.executeCommand(COMMANDS.attachToRay, argument);
  });
}
