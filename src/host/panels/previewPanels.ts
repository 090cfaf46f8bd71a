import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { basename } from 'node:path';
import { readPreviewState, type PreviewState } from '../../protocol/preview.ts';
import { columnBeside } from '../columnBeside.ts';
import { EndpointProbe } from '../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { PREVIEW_PANEL, PROMPT_ENDING } from '../ids.ts';
import type { ChildStart } from '../runs/askChild.ts';
import type { RunManager } from '../runs/runManager.ts';
import { QuestionChild } from '../templates/questionChild.ts';
import type { TemplateFiles } from '../templates/templateFiles.ts';
import type { PreviewWish } from '../templates/templateService.ts';
import type { TemplateUses } from '../templates/templateUses.ts';
import { PreviewPanel } from './preview/previewPanel.ts';

export interface PreviewPanelsOptions {
  readonly extensionUri: vscode.Uri;
  /** How child processes are started. */
  readonly start: ChildStart;
  readonly profiles: ProfileStore;
  readonly profilesChanged: vscode.Event<unknown>;
  readonly runs: RunManager;
  readonly templates: TemplateFiles;
  readonly uses: TemplateUses;
  readonly log: vscode.LogOutputChannel;
}

/** The open previews, one for a template; they share the process that counts tokens and asks models. */
export class PreviewPanels implements vscode.Disposable {
  readonly #options: PreviewPanelsOptions;
  readonly #child: QuestionChild;
  readonly #panels = new Set<PreviewPanel>();

  constructor(options: PreviewPanelsOptions) {
    this.#options = options;
    this.#child = new QuestionChild(options.start, (line) => {
      options.log.warn(line);
    });
  }

  /** Shows the preview of a template beside its text. */
  async show(uri: vscode.Uri, { asks }: PreviewWish): Promise<void> {
    const open = [...this.#panels].find((panel) => panel.uri.toString() === uri.toString());
    open?.reveal();
    const panel = open ?? (await this.#open(uri));
    if (asks) await panel.ask(null);
  }

  /** Fills a panel that the editor brought back after a reload. */
  async restore(window: vscode.WebviewPanel, state: unknown): Promise<void> {
    const kept = readPreviewState(state);
    const document =
      kept === undefined
        ? undefined
        : await Promise.resolve(vscode.workspace.openTextDocument(vscode.Uri.parse(kept.uri))).catch(() => undefined);
    if (kept === undefined || document === undefined) window.dispose();
    else this.#adopt(window, document, kept);
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
    this.#panels.clear();
    this.#child.release();
  }

  async #open(uri: vscode.Uri): Promise<PreviewPanel> {
    const document = await vscode.workspace.openTextDocument(uri);
    const visible = vscode.window.visibleTextEditors.find(
      (editor) => editor.document.uri.toString() === uri.toString(),
    );
    const { viewColumn } = visible ?? (await vscode.window.showTextDocument(document, { preview: false }));
    const title = l10n.t('Preview: {0}', basename(uri.path, PROMPT_ENDING));
    const place = { viewColumn: columnBeside(viewColumn), preserveFocus: true };
    return this.#adopt(vscode.window.createWebviewPanel(PREVIEW_PANEL, title, place), document);
  }

  #adopt(window: vscode.WebviewPanel, document: vscode.TextDocument, kept?: PreviewState): PreviewPanel {
    const { extensionUri, profiles, profilesChanged, runs, templates, uses, log } = this.#options;
    const panel = new PreviewPanel({
      ...{ panel: window, document, extensionUri, profiles, profilesChanged, runs, templates, uses, log },
      child: this.#child,
      probe: new EndpointProbe(this.#options.start),
      ...(kept === undefined ? {} : { kept }),
    });
    this.#panels.add(panel);
    window.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
      // Nobody is left to ask anything.
      if (this.#panels.size === 0) this.#child.release();
    });
    return panel;
  }
}
