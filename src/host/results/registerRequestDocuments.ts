import * as vscode from 'vscode';
import { REQUEST_SCHEME } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';

/** The documents that show what was asked and answered for a record: read-only, made when they are opened. */
export function registerRequestDocuments(runs: RunManager): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(REQUEST_SCHEME, {
    async provideTextDocumentContent(uri, token) {
      const { requestDocument } = await import('./requestDocuments.ts');
      return requestDocument(uri, runs, token);
    },
  });
}
