import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../../ids.ts';
import { BUILT_IN_SCHEME } from '../../templates/templateFiles.ts';
import type { PromptSurroundings } from './promptLanguage.ts';

/** Preview, Try and the pipelines that use a template, above its first line. */
export class PromptLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #around: (document: vscode.TextDocument) => Promise<PromptSurroundings>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(
    around: (document: vscode.TextDocument) => Promise<PromptSurroundings>,
    surroundings: vscode.Event<unknown>,
  ) {
    this.#around = around;
    this.#subscription = surroundings(() => {
      this.#changed.fire();
    });
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { uri } = document;
    const { uses } = await this.#around(document);
    const pipelines = new Set(uses.map(({ file }) => file)).size;
    const used =
      pipelines === 0
        ? l10n.t('used by no pipeline')
        : pipelines === 1
          ? l10n.t('used by 1 pipeline')
          : l10n.t('used by {0} pipelines', pipelines);
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, arguments: [uri] });
    return [
      lens(l10n.t('Preview'), COMMANDS.previewTemplate),
      lens(l10n.t('Try'), COMMANDS.tryTemplate),
      lens(used, COMMANDS.findTemplateUses),
      ...(uri.scheme === BUILT_IN_SCHEME ? [lens(l10n.t('Duplicate to Workspace'), COMMANDS.duplicateTemplate)] : []),
    ];
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
