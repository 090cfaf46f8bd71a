import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';
import { SETTINGS, SETTINGS_SECTION } from '../ids.ts';

/** Tells when endpoint profiles may have changed: in the settings, in a workspace's file, or by trust. */
export interface ProfileChanges extends Disposes {
  readonly event: vscode.Event<void>;
  readonly fire: () => void;
}

export function profileChanges(): ProfileChanges {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changed.fire();
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/.openline/endpoints.yaml');
  const disposables = vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidCreate(fire),
    watcher.onDidChange(fire),
    watcher.onDidDelete(fire),
    vscode.workspace.onDidGrantWorkspaceTrust(fire),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const settings = [SETTINGS.endpoints, SETTINGS.defaultEndpoint];
      if (settings.some((name) => event.affectsConfiguration(`${SETTINGS_SECTION}.${name}`))) fire();
    }),
  );
  return {
    event: changed.event,
    fire,
    dispose: () => {
      disposables.dispose();
    },
  };
}
