import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { CancelDeps } from './cancel.ts';

/** Lets a run of this window take the answers that are on their way and asks nothing more; it can be taken up again. */
export function registerPause({ runs }: CancelDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.pause, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: ({ owner, stop }) => owner === 'window' && stop === null,
      none: vscode.l10n.t('No run of this window is going on, or it is being paused already.'),
      newest: false,
    });
    if (entry !== undefined) runs.stop(entry.folder, 'pause');
  });
}
