/** Announces the form of pipelines and the gallery of recipes; what they are made of loads when one is opened. */
import * as vscode from 'vscode';
import { GALLERY_PANEL, SETUP_EDITOR } from '../../ids.ts';
import { lazily } from '../../lazily.ts';
import type { SetupEditorsOptions } from './setupEditors.ts';

export interface Setup extends vscode.Disposable {
  readonly showGallery: () => Promise<void>;
}

export function registerSetup(options: SetupEditorsOptions): Setup {
  const late: vscode.Disposable[] = [];
  const editors = lazily(async () => {
    const { SetupEditors } = await import('./setupEditors.ts');
    const made = new SetupEditors(options);
    late.push(made);
    return made;
  });
  const registrations = vscode.Disposable.from(
    vscode.window.registerCustomEditorProvider(
      SETUP_EDITOR,
      {
        resolveCustomTextEditor: async (document: vscode.TextDocument, panel: vscode.WebviewPanel) =>
          (await editors()).open(document, panel),
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
    vscode.window.registerWebviewPanelSerializer(GALLERY_PANEL, {
      deserializeWebviewPanel: async (panel) => (await editors()).restoreGallery(panel),
    }),
  );
  return {
    showGallery: async () => (await editors()).showGallery(),
    dispose: () => {
      vscode.Disposable.from(registrations, ...late).dispose();
    },
  };
}
