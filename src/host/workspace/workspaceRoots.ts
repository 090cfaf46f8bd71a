import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { findWorkspaceRoot } from '../../core/pipeline/workspaceRoot.ts';
import type { FileCatalog } from './fileCatalog.ts';

/** Finds the folders that may hold `.openline`: of the pipelines, and of the workspace itself. Each once, sorted. */
export function workspaceRoots(pipelines: FileCatalog): () => Promise<readonly string[]> {
  return async () => {
    const files = (await pipelines.list()).filter(({ scheme }) => scheme === 'file');
    const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
    const folders = new Set([...open.map(({ uri }) => uri.fsPath), ...files.map(({ fsPath }) => dirname(fsPath))]);
    const roots = await Promise.all([...folders].map((folder) => findWorkspaceRoot(join(folder, 'any'))));
    return [...new Set(roots)].sort();
  };
}
