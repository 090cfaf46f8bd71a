import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';
import { enter } from '../input/ask.ts';

/** Opens what was asked and answered for a record, word for word. Called with a run's folder and what of it; else it asks. */
export function registerOpenRequest({ runs }: { readonly runs: RunManager }): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openRequest, async (folder?: unknown, target?: unknown) => {
    const [{ targetRun }, { openRequest, readTarget }] = await Promise.all([
      import('./target.ts'),
      import('../results/requestDocuments.ts'),
    ]);
    const entry = await targetRun(folder, runs, {
      fits: ({ records }) => records > 0,
      none: l10n.t('There is no run with records yet. Open a pipeline and choose Run.'),
      newest: false,
    });
    if (entry === undefined) return;
    const given = readTarget(target);
    const id =
      given === undefined
        ? await enter({
            title: l10n.t('What was asked and answered for a record of {0}', entry.pipeline.name),
            prompt: l10n.t('The id of the record, as it stands in the output'),
            value: '0',
          })
        : undefined;
    if (given !== undefined) await openRequest(entry.folder, given);
    else if (id !== undefined) await openRequest(entry.folder, { of: 'record', id: id.trim() });
  });
}
