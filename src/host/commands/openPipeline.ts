import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';

export interface OpenPipelineDeps {
  readonly runs: RunManager;
}

/** Opens the pipeline file of a run. */
export function registerOpenPipeline({ runs }: OpenPipelineDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openPipeline, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const none = vscode.l10n.t('There is no run yet. Open a pipeline and choose Run.');
    const entry = await targetRun(argument, runs, { fits: () => true, none, newest: true });
    if (entry === undefined) return;
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(entry.pipeline.file));
  });
}
