import type * as vscode from 'vscode';
import { readStudioState } from '../../protocol/studio.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { createDifferences } from '../results/differences.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { createStudioWindow, StudioPanel, titleOf } from './studioPanel.ts';

export interface StudioPanelsOptions {
  readonly extensionUri: vscode.Uri;
  /** Bundle of the worker that reads records. */
  readonly worker: string;
  readonly runs: RunManager;
  readonly profiles: ProfileStore;
  /** Folder of the built-in templates. */
  readonly library: string;
  readonly questions: QuestionChild;
  /** Of the extension. */
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** Where a panel is to appear. */
export interface Appearance {
  readonly column: vscode.ViewColumn;
  readonly preserveFocus: boolean;
}

/** The open Studio panels: one for a run; a panel whose run is over shows the pipeline's next one. */
export class StudioPanels implements vscode.Disposable {
  readonly #options: StudioPanelsOptions;
  readonly #panels = new Set<StudioPanel>();
  readonly #differences = createDifferences();

  constructor(options: StudioPanelsOptions) {
    this.#options = options;
  }

  /** Shows a run by its folder. @returns false when there is none */
  async show(folder: string, { column, preserveFocus }: Appearance): Promise<boolean> {
    const open = [...this.#panels].find((panel) => panel.folder === folder);
    if (open !== undefined) {
      open.reveal(undefined, preserveFocus);
      return true;
    }
    const entry = await this.#options.runs.find(folder);
    if (entry === undefined) return false;
    const free = [...this.#panels].find((panel) => panel.canTake(entry.pipeline.file));
    if (free !== undefined) {
      await free.take(folder);
      free.reveal(undefined, preserveFocus);
      return true;
    }
    this.#adopt(createStudioWindow(titleOf(entry), column, preserveFocus), folder, entry.pipeline.name);
    return true;
  }

  /** Fills a panel that the editor brought back after a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const kept = readStudioState(state);
    if (kept === undefined) panel.dispose();
    else this.#adopt(panel, kept.folder);
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
    this.#panels.clear();
    this.#differences.registration.dispose();
  }

  #adopt(window: vscode.WebviewPanel, folder: string, heading = ''): void {
    const panel = new StudioPanel({
      ...this.#options,
      panel: window,
      folder,
      heading,
      showDifference: this.#differences.show,
    });
    this.#panels.add(panel);
    window.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
  }
}
