import * as vscode from 'vscode';

/**
 * Where something opens that is not to cover a panel: in another column that is there, so that looking things up does
 * not make ever more and narrower ones.
 */
export function columnBeside({ viewColumn }: Pick<vscode.WebviewPanel, 'viewColumn'>): vscode.ViewColumn {
  const others = vscode.window.tabGroups.all.filter((group) => group.viewColumn !== viewColumn);
  return others[0]?.viewColumn ?? vscode.ViewColumn.Beside;
}
