import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { MoveEndpointDeps } from './endpointTarget.ts';

/** Moves a profile before the one above it. */
export function registerMoveEndpointUp(deps: MoveEndpointDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.moveEndpointUp, async (argument?: unknown) => {
    const { moveBy } = await import('./endpointTarget.ts');
    await moveBy(-1, argument, deps);
  });
}
