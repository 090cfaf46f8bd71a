import * as vscode from 'vscode';
import { COMMANDS, SETUP_EDITOR } from '../ids.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';

export interface SetUpPipelineDeps {
  readonly pipelines: FileCatalog;
}

/** Opens a pipeline as a form. */
export function registerSetUpPipeline({ pipelines }: SetUpPipelineDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.setUpPipeline, async (argument?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined) await vscode.commands.executeCommand('vscode.openWith', file, SETUP_EDITOR);
  });
}
