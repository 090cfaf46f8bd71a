/**
 * Questions of one step. Each stays until it is answered, or left with Escape: a page takes the focus back some time after a
 * list before it, or the palette, has gone, and would take the question away with it.
 */
import * as vscode from 'vscode';

/** Asks for one of the items, or with `canPickMany` for some. @returns undefined when the person left */
export function choose<Item extends vscode.QuickPickItem>(
  items: readonly Item[] | Thenable<readonly Item[]>,
  options: vscode.QuickPickOptions & { readonly canPickMany: true },
): Thenable<readonly Item[] | undefined>;
export function choose<Item extends vscode.QuickPickItem>(
  items: readonly Item[] | Thenable<readonly Item[]>,
  options: vscode.QuickPickOptions,
): Thenable<Item | undefined>;
export function choose(
  items: readonly vscode.QuickPickItem[] | Thenable<readonly vscode.QuickPickItem[]>,
  options: vscode.QuickPickOptions,
): Thenable<unknown> {
  return vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
}

/** Asks for a text. @returns undefined when the person left */
export function enter(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox({ ...options, ignoreFocusOut: true });
}
