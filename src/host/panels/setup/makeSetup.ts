/** The form of pipelines and the gallery of recipes; what they are made of loads when one is opened. */
import * as vscode from 'vscode';
import { lazily } from '../../lazily.ts';
import type { SetupEditors, SetupEditorsOptions } from './setupEditors.ts';

export interface Setup extends vscode.Disposable {
  readonly showGallery: () => Promise<void>;
  /** Fills an editor with the form of a pipeline. */
  readonly open: SetupEditors['open'];
  /** Fills a panel that the editor brought back after a reload. */
  readonly restoreGallery: (panel: vscode.WebviewPanel) => Promise<void>;
}

export function makeSetup(options: SetupEditorsOptions): Setup {
  const late: vscode.Disposable[] = [];
  const editors = lazily(async () => {
    const { SetupEditors } = await import('./setupEditors.ts');
    const made = new SetupEditors(options);
    late.push(made);
    return made;
  });
  return {
    showGallery: async () => (await editors()).showGallery(),
    open: async (document, panel) => (await editors()).open(document, panel),
    restoreGallery: async (panel) => (await editors()).restoreGallery(panel),
    dispose: () => {
      vscode.Disposable.from(...late).dispose();
    },
  };
}
