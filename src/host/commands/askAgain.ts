import * as vscode from 'vscode';
import { turnedDownSchema } from '../../core/run/runFolder.ts';
import { COMMANDS } from '../ids.ts';
import type { RunCommandDeps } from './run.ts';

/** Runs a pipeline once more with other answers for what its last run turned down; all other answers are reused. */
export function registerAskAgain({ pipelines, sessions }: RunCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.askAgain, async (argument?: unknown, rejects?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const askAgain = turnedDownSchema.safeParse(rejects).data;
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined && askAgain !== undefined) await sessions.run(file, 'run', { askAgain });
  });
}
