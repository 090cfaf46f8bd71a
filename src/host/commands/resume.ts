import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { isResumable } from '../runs/runEntry.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { RunSessions } from '../runs/runSession.ts';

export interface ResumeDeps {
  readonly runs: RunManager;
  readonly sessions: RunSessions;
}

/** Whether a run waits for its shards: it goes on without any of its own. */
async function isInShards(folder: string): Promise<boolean> {
  const { readCut } = await import('../../core/run/shards.ts');
  const { runPaths } = await import('../../core/run/runFolder.ts');
  return (await readCut(runPaths(folder)).catch(() => undefined)) !== undefined;
}

/** Takes up a run that was interrupted, paused or has failed. */
export function registerResume({ runs, sessions }: ResumeDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.resume, async (argument?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const entry = await targetRun(argument, runs, {
      fits: isResumable,
      none: vscode.l10n.t('There is no run that could be resumed.'),
      newest: false,
    });
    if (entry === undefined) return;
    // Its budget is used up: with the same one it would pause again at once.
    if (entry.state === 'paused' && !(await isInShards(entry.folder)))
      await vscode.commands.executeCommand(COMMANDS.resumeWithBudget, entry.folder);
    else await sessions.resume(entry.folder, entry.pipeline.name);
  });
}
