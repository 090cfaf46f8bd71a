import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunCommandDeps } from './run.ts';

/** Makes a few records of a pipeline; the run that follows takes their answers over. */
export function registerPreview({ pipelines, sessions }: RunCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.preview, async (argument?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined) await sessions.run(file, 'preview');
  });
}
