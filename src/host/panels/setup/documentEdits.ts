import * as vscode from 'vscode';

/**
 * Makes a document hold another text by changing only what differs: undo, cursors and markers elsewhere stay.
 *
 * @returns false when the editor refused
 */
export async function changeDocument(document: vscode.TextDocument, text: string): Promise<boolean> {
  const before = document.getText();
  // The editor keeps the file's own line ends: what is new takes them on.
  const after = document.eol === vscode.EndOfLine.CRLF ? text.replaceAll(/\r?\n/gu, '\r\n') : text;
  if (before === after) return true;
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const edit = new vscode.WorkspaceEdit();
  const range = new vscode.Range(document.positionAt(head), document.positionAt(before.length - tail));
  edit.replace(document.uri, range, after.slice(head, after.length - tail));
  return vscode.workspace.applyEdit(edit);
}
