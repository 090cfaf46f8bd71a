import * as vscode from 'vscode';

/**
 * Where something opens that is not to cover the active editor: in another column where there is one, so that looking
 * things up does not make ever more and narrower ones.
 */
export function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  return all.find((group) => group !== activeTabGroup)?.viewColumn ?? vscode.ViewColumn.Beside;
}
