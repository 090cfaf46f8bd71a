import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';

export interface CancelDeps {
  readonly runs: RunManager;
}

/** Whether batches that a service is answering are given up; undefined: the run goes on. */
async function askAboutBatches(count: number): Promise<boolean | undefined> {
  const leave = vscode.l10n.t('Cancel Run Only');
  const cancel = count === 1 ? vscode.l10n.t('Cancel Run and Batch') : vscode.l10n.t('Cancel Run and Batches');
  const answer = await vscode.window.showWarningMessage(
    count === 1
      ? vscode.l10n.t('Cancel the run and its batch too?')
      : vscode.l10n.t('Cancel the run and its {0} batches too?', String(count)),
    {
      modal: true,
      detail: vscode.l10n.t(
        'What is left with the service is answered and billed in full, and Resume takes the answers. What is cancelled keeps the answers that it has, and Resume asks for the rest.',
      ),
    },
    leave,
    cancel,
  );
  return answer === undefined ? undefined : answer === cancel;
}

/** Ends a run of this window at once; what was answered is kept and the run can still be taken up again. */
export function registerCancel({ runs }: CancelDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.cancel, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: ({ owner }) => owner === 'window',
      none: vscode.l10n.t('No run of this window is going on.'),
      newest: false,
    });
    if (entry === undefined) return;
    // One that has told nothing yet may have left batches with a service before.
    const { batchesOut } = await import('../../core/run/batch/batchLog.ts');
    const batches = (entry.snapshot?.batches ?? batchesOut(entry.folder)).length;
    const gives = batches > 0 ? await askAboutBatches(batches) : true;
    if (gives !== undefined) runs.stop(entry.folder, gives ? 'cancel' : undefined);
  });
}
