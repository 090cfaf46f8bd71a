import * as vscode from 'vscode';
import type { RunChoices } from '../../core/run/childProtocol.ts';
import { COMMANDS } from '../ids.ts';
import type { RunSessions } from '../runs/runSession.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';

export interface RunCommandDeps {
  readonly pipelines: FileCatalog;
  readonly sessions: RunSessions;
}

/** Said by whoever has shown what the run takes already: the person is not asked once more. */
export const ALREADY_ASKED = { confirm: 'never' } as const satisfies RunChoices;

function isAlreadyAsked(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'confirm' in given && given.confirm === ALREADY_ASKED.confirm;
}

/** Runs a pipeline: of the tree, the editor, or a chosen one. */
export function registerRun({ pipelines, sessions }: RunCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.run, async (argument?: unknown, choices?: unknown) => {
    const { targetPipeline } = await import('./target.ts');
    const file = await targetPipeline(argument, pipelines);
    if (file !== undefined) await sessions.run(file, 'run', isAlreadyAsked(choices) ? ALREADY_ASKED : {});
  });
}
