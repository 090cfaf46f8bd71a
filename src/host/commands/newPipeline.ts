import * as vscode from 'vscode';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS } from '../ids.ts';

export interface NewPipelineDeps {
  readonly profiles: ProfileStore;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
}

/** Asks for a recipe and its parameters, writes the pipeline file and opens it. */
export function registerNewPipeline(deps: NewPipelineDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.newPipeline, async () => {
    const { askForPipeline } = await import('../newPipeline/askForPipeline.ts');
    const file = await askForPipeline(deps);
    if (file === undefined) return;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
  });
}
