import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { MoveEndpointDeps } from './endpointTarget.ts';

/** Moves a profile behind the one below it. */
export function registerMoveEndpointDown(deps: MoveEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.moveEndpointDown, async (argument?: unknown) => {
    const { moveBy } = await import('./endpointTarget.ts');
    await moveBy(1, argument, deps);
  });
}
