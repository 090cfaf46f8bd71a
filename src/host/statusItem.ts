import * as vscode from 'vscode';
import { doneText } from '../protocol/doneShare.ts';
import { setContext } from './contextKeys.ts';
import type { Disposes } from './disposes.ts';
import { l10n } from 'vscode';
import { COMMANDS, CONTAINER, CONTEXT_KEYS, STATUS_ITEM } from './ids.ts';
import { isResumable, isRetryable } from './runs/runEntry.ts';
import type { ActiveRun, RunManager } from './runs/runManager.ts';
import { recordsText } from './wording/format.ts';
import type { FileCatalog } from './workspace/fileCatalog.ts';

/**
 * The item in the status bar (there are pipelines; what runs) and the context keys that menus ask for: both follow from
 * the same state.
 */
export class StatusItem implements vscode.Disposable {
  readonly #runs: RunManager;
  readonly #pipelines: FileCatalog;
  readonly #item: vscode.StatusBarItem;
  readonly #disposables: Disposes[];

  constructor(runs: RunManager, pipelines: FileCatalog) {
    this.#runs = runs;
    this.#pipelines = pipelines;
    this.#item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Left, 0);
    this.#item.name = 'Openline';
    const look = (): void => void this.#look();
    this.#disposables = [
      this.#item,
      runs.onDidProgress((run) => {
        this.#showRun(run);
      }),
      runs.onDidChange(look),
      pipelines.onDidChange(look),
    ];
    look();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #look(): Promise<void> {
    const [files, runs] = await Promise.all([this.#pipelines.list(), this.#runs.list()]);
    const [active] = this.#runs.active;
    setContext(CONTEXT_KEYS.running, active !== undefined);
    setContext(CONTEXT_KEYS.hasPipelines, files.length > 0);
    setContext(CONTEXT_KEYS.hasRuns, runs.length > 0);
    setContext(CONTEXT_KEYS.resumable, runs.some(isResumable));
    setContext(CONTEXT_KEYS.retryable, runs.some(isRetryable));
    if (active !== undefined) this.#showRun(active);
    else if (files.length > 0 || runs.length > 0) this.#showIdle();
    else this.#item.hide();
  }

  #showRun({ folder, snapshot }: ActiveRun): void {
    // The last snapshot of a run comes before its process is gone; what shows is decided by `look` then.
    const records = recordsText(snapshot?.records ?? 0);
    const told = [snapshot === null ? '' : doneText(snapshot), records].filter((part) => part !== '').join(', ');
    this.#item.text = `$(loading~spin) ${snapshot?.pipeline ?? 'Openline'}: ${told}`;
    this.#item.tooltip = l10n.t('A pipeline is running. Open the Studio');
    this.#item.accessibilityInformation = { label: l10n.t('Openline is running, {0}', told), role: 'button' };
    this.#item.command = { command: COMMANDS.openStudio, title: '', arguments: [folder] };
    this.#item.show();
  }

  #showIdle(): void {
    this.#item.text = '$(comment-discussion) Openline';
    this.#item.tooltip = l10n.t('Show the pipelines and runs of this workspace');
    this.#item.accessibilityInformation = { label: 'Openline', role: 'button' };
    this.#item.command = `workbench.view.extension.${CONTAINER}`;
    this.#item.show();
  }
}
