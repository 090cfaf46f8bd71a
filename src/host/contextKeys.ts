import * as vscode from 'vscode';
import type { CONTEXT_KEYS } from './ids.ts';

/** Tells `when` clauses of the manifest what there is. */
export function setContext(key: (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS], value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

/**
 * Keeps a key up to date.
 *
 * @param holds finds out; called at once and whenever one of the events fires
 */
export function followContext(
  key: (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS],
  holds: () => boolean | Promise<boolean>,
  { events, log }: { readonly events: readonly vscode.Event<unknown>[]; readonly log: vscode.LogOutputChannel },
): vscode.Disposable {
  const look = async (): Promise<void> => {
    try {
      setContext(key, await holds());
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
    }
  };
  void look();
  return vscode.Disposable.from(...events.map((event) => event(() => void look())));
}
