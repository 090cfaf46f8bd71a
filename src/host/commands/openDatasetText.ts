import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { DatasetCommandDeps } from './applyReview.ts';

/** Opens the dataset in front in the text editor. */
export function registerOpenDatasetText({ datasets }: DatasetCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openDatasetText, () => datasets.active()?.openText());
}
