import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunEntry, RunOutput } from '../runs/runEntry.ts';
import type { RunManager } from '../runs/runManager.ts';
import { choose } from '../input/ask.ts';

export interface OpenOutputDeps {
  readonly runs: RunManager;
}

/** Opens the file a run has written, or what there is of it so far. */
export function registerOpenOutput({ runs }: OpenOutputDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openOutput, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const none = l10n.t('There is no run yet. Open a pipeline and choose Run.');
    const entry = await targetRun(argument, runs, { fits: () => true, none, newest: true });
    const path = entry === undefined ? undefined : await chooseResultFile(entry);
    if (path !== undefined) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  });
}

/** The file with the records of an output; undefined when there is none, which is told, or the person chose none. */
export async function chooseResultFile(entry: RunEntry): Promise<string | undefined> {
  const output = await chooseOutput(entry);
  if (output === undefined) return undefined;
  const { exists } = await import('../../core/run/runFolder.ts');
  const { resultFiles } = await import('../runs/runFiles.ts');
  for (const path of resultFiles(entry, output)) if (await exists(path)) return path;
  void vscode.window.showWarningMessage(
    l10n.t('{0} is not there: it was moved or deleted, or nothing was written to it.', output.shown),
  );
  return undefined;
}

/** The only output of a run, or the one that the person chooses. */
export async function chooseOutput({ outputs }: RunEntry): Promise<RunOutput | undefined> {
  if (outputs.length < 2) return outputs[0];
  const items = outputs.map((output) => ({ label: output.shown, output }));
  const chosen = await choose(items, { placeHolder: l10n.t('Which output?') });
  return chosen?.output;
}
