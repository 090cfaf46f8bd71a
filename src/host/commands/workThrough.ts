import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { ResumeDeps } from './resume.ts';

/**
 * Works a run through again from the answers in its journal, of which some have been corrected: only what follows from
 * those is asked.
 */
export function registerWorkThrough({ runs, sessions }: ResumeDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.workThrough, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: ({ owner, mode }) => owner === 'nobody' && mode === 'run',
      none: vscode.l10n.t('There is no run that could be worked through again.'),
      newest: false,
    });
    if (entry !== undefined) await sessions.resume(entry.folder, entry.pipeline.name, { again: true });
  });
}
