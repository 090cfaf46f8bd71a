import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { DatasetCommandDeps } from './applyReview.ts';

/** Shows the record of a line in the dataset in front. */
export function registerGoToDatasetLine({ datasets }: DatasetCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.goToDatasetLine, () => datasets.active()?.goToLine());
}
