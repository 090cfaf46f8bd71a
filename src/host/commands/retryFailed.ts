import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { isRetryable } from '../runs/runEntry.ts';
import type { ResumeDeps } from './resume.ts';

/**
 * Asks again what services refused or did not answer in a run that nobody works on, and lets the run go on from there: all
 * other answers stay as they are.
 */
export function registerRetryFailed({ runs, sessions }: ResumeDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.retryFailed, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: isRetryable,
      none: vscode.l10n.t('There is no run whose failures could be asked again.'),
      newest: false,
    });
    if (entry !== undefined) await sessions.resume(entry.folder, entry.pipeline.name, { retryFailed: true });
  });
}
