import type * as vscode from 'vscode';
import type { DatasetEditor } from './datasetEditor.ts';

export interface DatasetEditorsOptions {
  readonly extensionUri: vscode.Uri;
  /** The worker's bundle. */
  readonly worker: string;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** What the commands need of the viewers. */
export interface DatasetViewers {
  /** The viewer that has the focus, or had it last in its group. */
  readonly active: () => DatasetEditor | undefined;
}

/**
 * The editor for datasets: it reads and never writes the file, so that there is nothing to save; what a person decides
 * about records is kept at once in a file of its own.
 */
export class DatasetEditors implements DatasetViewers, vscode.Disposable {
  readonly #options: DatasetEditorsOptions;
  readonly #editors = new Set<DatasetEditor>();

  constructor(options: DatasetEditorsOptions) {
    this.#options = options;
  }

  readonly active = (): DatasetEditor | undefined => [...this.#editors].find((editor) => editor.isActive);

  /** Fills an editor with a dataset. */
  async open(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    const { DatasetEditor } = await import('./datasetEditor.ts');
    const editor = new DatasetEditor({ ...this.#options, uri, panel });
    this.#editors.add(editor);
    panel.onDidDispose(() => {
      this.#editors.delete(editor);
      editor.dispose();
    });
  }

  dispose(): void {
    for (const editor of this.#editors) editor.dispose();
    this.#editors.clear();
  }
}
