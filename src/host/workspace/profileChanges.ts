import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';
import { OPENLINE_FOLDER, SETTINGS, SETTINGS_SECTION } from '../ids.ts';

/** After so long a new folder is watched and holds what was written along with it, in milliseconds. */
const FOLLOW_MS = 1000;

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
  const watcher = vscode.workspace.createFileSystemWatcher(`**/${OPENLINE_FOLDER}/endpoints.yaml`);
  // A file that follows its new folder at once may come before the system watches that folder, and is never told.
  const folders = vscode.workspace.createFileSystemWatcher(`**/${OPENLINE_FOLDER}`, false, true, true);
  let later: NodeJS.Timeout | undefined;
  const disposables = vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidCreate(fire),
    watcher.onDidChange(fire),
    watcher.onDidDelete(fire),
    folders,
    folders.onDidCreate(() => {
      clearTimeout(later);
      later = setTimeout(fire, FOLLOW_MS);
    }),
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
      clearTimeout(later);
      disposables.dispose();
    },
  };
}
