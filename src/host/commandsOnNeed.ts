import * as vscode from 'vscode';

/**
 * Registers commands whose handlers are loaded when the first of them is used, so that they stay off the path of
 * activation. Until then each is a placeholder; the real ones take the places of all at once.
 *
 * @param load loads them; what it resolves with registers every one, at once
 */
export function commandsOnNeed(
  ids: readonly string[],
  load: () => Promise<() => vscode.Disposable>,
): vscode.Disposable {
  let registered: vscode.Disposable | undefined;
  let loading: Promise<void> | undefined;
  let disposed = false;
  const replace = async (): Promise<void> => {
    const register = await load();
    if (disposed) return;
    placeholders.dispose();
    registered = register();
  };
  const placeholders = vscode.Disposable.from(
    ...ids.map((id) =>
      vscode.commands.registerCommand(id, async (...parameters: unknown[]) => {
        await (loading ??= replace());
        return vscode.commands.executeCommand(id, ...parameters);
      }),
    ),
  );
  return new vscode.Disposable(() => {
    disposed = true;
    placeholders.dispose();
    registered?.dispose();
  });
}
