import * as vscode from 'vscode';
import type { DatasetViewers } from '../datasets/datasetEditors.ts';
import { COMMANDS } from '../ids.ts';

export interface DatasetCommandDeps {
  readonly datasets: DatasetViewers;
}

/** Makes what was decided about the records of the dataset in front part of a dataset. */
export function registerApplyReview({ datasets }: DatasetCommandDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.applyReview, () => datasets.active()?.apply());
}
