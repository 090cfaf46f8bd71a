import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';

export interface CancelDeps {
  readonly runs: RunManager;
}

/** Stops a run of this window; what was answered is kept and the run can be taken up again. */
export function registerCancel({ runs }: CancelDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.cancel, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: ({ owner }) => owner === 'window',
      none: vscode.l10n.t('No run of this window is going on.'),
      newest: false,
    });
    if (entry !== undefined) runs.cancel(entry.folder);
  });
}
