import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { Appearance } from '../panels/studioPanels.ts';
import type { RunManager } from '../runs/runManager.ts';

export interface OpenStudioDeps {
  readonly runs: RunManager;
  readonly show: (folder: string, appearance: Appearance) => Promise<boolean>;
}

/** Shows a run and its results. */
export function registerOpenStudio({ runs, show }: OpenStudioDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openStudio, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const none = vscode.l10n.t('There is no run yet. Open a pipeline and choose Run.');
    const entry = await targetRun(argument, runs, { fits: () => true, none, newest: false });
    if (entry !== undefined) await show(entry.folder, { column: vscode.ViewColumn.Active, preserveFocus: false });
  });
}
