import { join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS, OPENLINE_FOLDER } from '../ids.ts';
import type { RayEnded } from './rayJobs.ts';

/** Says what has become of a job and offers what helps. Resolves at once. @param name of the pipeline */
export async function tellRayEnd(ended: RayEnded, root: string, name: string): Promise<void> {
  await Promise.resolve();
  const { state, error, run, outputs, output } = ended;
  const folder = run === null ? undefined : join(root, OPENLINE_FOLDER, 'runs', run);
  const showLog: Offer = { title: l10n.t('Show Log'), command: COMMANDS.showLog, argument: undefined };
  const studio: Offer = { title: l10n.t('Open Studio'), command: COMMANDS.openStudio, argument: folder };
  const resume: Offer = { title: l10n.t('Resume Here'), command: COMMANDS.resume, argument: folder };
  const open: Offer = { title: l10n.t('Open Output'), command: COMMANDS.openOutput, argument: folder };
  if (state === 'done' && outputs.length > 0) {
    const paths = outputs.map((path) => vscode.workspace.asRelativePath(path)).join(', ');
    offer(vscode.window.showInformationMessage(l10n.t('{0} is done on Ray: {1}', name, paths), open, studio));
  } else if (state === 'done') {
    // The command says where it lies.
    offer(vscode.window.showWarningMessage(l10n.t('{0} is done on Ray. {1}', name, output.trim()), showLog));
  } else {
    const text =
      state === 'interrupted'
        ? l10n.t('{0} was stopped on Ray. What was answered is kept.', name)
        : l10n.t('{0} on Ray: {1}', name, error ?? l10n.t('it has ended early.'));
    const more = folder !== undefined && state !== 'invalid' ? [resume, studio, showLog] : [showLog];
    offer(
      (state === 'interrupted' ? vscode.window.showInformationMessage : vscode.window.showErrorMessage)(text, ...more),
    );
  }
}

interface Offer extends vscode.MessageItem {
  readonly command: string;
  readonly argument: string | undefined;
}

function offer(message: Thenable<Offer | undefined>): void {
  void message.then((chosen) =>
    chosen === undefined ? undefined : vscode.commands.executeCommand(chosen.command, chosen.argument),
  );
}
