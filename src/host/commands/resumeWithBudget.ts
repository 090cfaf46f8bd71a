import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import { isResumable } from '../runs/runEntry.ts';
import type { ResumeDeps } from './resume.ts';

/** Takes up a run whose budget is used up, with a larger one. */
export function registerResumeWithBudget({ runs, sessions }: ResumeDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.resumeWithBudget, async (argument?: unknown, limit?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: (candidate) => isResumable(candidate) && candidate.state === 'paused',
      none: l10n.t('No run is paused.'),
      newest: false,
    });
    if (entry === undefined) return;
    const { askForBudget } = await import('../runs/askForBudget.ts');
    const budget = await askForBudget(entry, limit);
    if (budget !== undefined) await sessions.resume(entry.folder, entry.pipeline.name, { budget });
  });
}
