import * as vscode from 'vscode';
import type { FileCatalog } from './fileCatalog.ts';
import { openlineRoots } from './openlineRoots.ts';

/** Finds the folders that may hold `.openline` for everything that is open on a disk. */
export function workspaceRoots(pipelines: FileCatalog): () => Promise<readonly string[]> {
  return async () => {
    const files = (await pipelines.list()).filter(({ scheme }) => scheme === 'file');
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    return openlineRoots(
      files.map(({ fsPath }) => fsPath),
      folders.map(({ uri }) => uri.fsPath),
    );
  };
}
