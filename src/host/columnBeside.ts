import * as vscode from 'vscode';

/**
 * Where something opens that is not to cover what it is about: in another column that is there, so that looking things up
 * does not make ever more and narrower ones.
 *
 * @param column of what stays in sight. Default: the column that is worked in
 */
export function columnBeside(column = vscode.window.tabGroups.activeTabGroup.viewColumn): vscode.ViewColumn {
  const others = vscode.window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== column);
  return others[0]?.viewColumn ?? vscode.ViewColumn.Beside;
}
