import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';

/** The time that a list may take to be fetched again, and how often it is looked at, in milliseconds. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 25;

/**
 * The item that is selected in a view, for a key that was pressed there. While the editor fetches the list again it knows
 * none of its items, so a key that comes in between waits for them.
 *
 * @returns undefined when none is selected
 */
export async function selectedItem<Item>(view: Pick<vscode.TreeView<Item>, 'selection'>): Promise<Item | undefined> {
  const deadline = performance.now() + PATIENCE_MS;
  while (view.selection.length === 0 && performance.now() < deadline) await delay(PAUSE_MS);
  return view.selection[0];
}
