import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../../ids.ts';
import type { RunManager } from '../../runs/runManager.ts';
import { stateText } from '../../trees/runsTree.ts';
import { formatAge, formatCount, recordsText } from '../../wording/format.ts';
import { yamlRangeOf } from './yamlPlace.ts';

/** Run, Preview, Estimate and what the last run came to, above a pipeline. */
export class PipelineLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #runs: RunManager;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(runs: RunManager) {
    this.#runs = runs;
    this.#subscription = runs.onDidChange(() => {
      this.#changed.fire();
    });
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { uri } = document;
    const head = yamlRangeOf(document.getText(), ['openline'], 'key');
    const at = document.positionAt(head?.start ?? 0);
    const lens = (title: string, command: string, argument: unknown): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(at, at), { title, command, arguments: [argument] });
    const last = (await this.#runs.list()).find(({ pipeline }) => pipeline.file === uri.fsPath);
    // A run that is nowhere allowed is not offered.
    const actions = vscode.workspace.isTrusted
      ? [
          lens(l10n.t('Run'), COMMANDS.run, uri),
          lens(l10n.t('Preview'), COMMANDS.preview, uri),
          lens(l10n.t('Estimate'), COMMANDS.estimate, uri),
        ]
      : [];
    actions.push(lens(l10n.t('Set Up'), COMMANDS.setUpPipeline, uri));
    if (last === undefined) return actions;
    const parts = [
      last.mode === 'preview' ? l10n.t('last preview: {0}', stateText(last)) : l10n.t('last run: {0}', stateText(last)),
      recordsText(last.records),
      ...(last.discarded === 0 ? [] : [l10n.t('{0} rejected', formatCount(last.discarded))]),
      formatAge(last.finishedAt ?? last.startedAt, Date.now()),
    ];
    return [...actions, lens(parts.join(' · '), COMMANDS.openStudio, last.folder)];
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
