import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Estimate } from '../../core/run/estimate.ts';
import { columnBeside } from '../columnBeside.ts';
import { PIPELINE_ENDING } from '../ids.ts';
import type { RunManager } from './runManager.ts';

/** Pages of estimates: read-only documents that nobody has to save. */
const SCHEME = 'openline-estimate';

/** Works out what a pipeline would take and shows it beside its file. */
export class EstimateView implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #runs: RunManager;
  readonly #pages = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(runs: RunManager) {
    this.#runs = runs;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#pages.get(uri.path) ?? '';
  }

  /** Saves nothing and sends nothing; mistakes of the pipeline are told. */
  async show(file: vscode.Uri): Promise<void> {
    const name = nameOf(file);
    const abort = new AbortController();
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: l10n.t('Estimating {0}', name) },
      () => this.#runs.estimate(file.fsPath, abort.signal),
    );
    if (outcome.type === 'invalid') {
      const [first] = outcome.diagnostics;
      void vscode.window.showErrorMessage(
        l10n.t('{0} cannot be estimated: {1}', name, first?.message ?? outcome.message),
      );
      return;
    }
    await this.showEstimate(file, outcome.estimate);
  }

  /** Shows an estimate that is there already. */
  async showEstimate(file: vscode.Uri, estimate: Estimate): Promise<void> {
    const { estimatePage } = await import('../wording/estimateText.ts');
    const name = nameOf(file);
    const stem = name.endsWith(PIPELINE_ENDING) ? name.slice(0, -PIPELINE_ENDING.length) : name;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${stem}.estimate.md` });
    this.#pages.set(uri.path, estimatePage(name, estimate));
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    try {
      // Rendered by VS Code's own Markdown; its text reads as well, where that is turned off.
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    } catch {
      await vscode.window.showTextDocument(document, { viewColumn: columnBeside(), preserveFocus: true });
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
