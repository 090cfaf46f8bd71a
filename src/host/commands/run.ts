import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunSessions } from '../runs/runSession.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';

export interface RunCommandDeps {
  readonly pipelines: FileCatalog;
  readonly sessions: RunSessions;
}

/** Runs a pipeline: of the tree, the editor, or a chosen one. */
export function registerRun({ pipelines, sessions }: RunCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.run, async (argument?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined) await sessions.run(file, 'run');
  });
}
