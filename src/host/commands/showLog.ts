import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';

export interface ShowLogDeps {
  readonly log: vscode.LogOutputChannel;
}

export function registerShowLog({ log }: ShowLogDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.showLog, () => {
    log.show(true);
  });
}
