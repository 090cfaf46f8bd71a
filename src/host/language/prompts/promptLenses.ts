import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../../ids.ts';
import { BUILT_IN_SCHEME } from '../../templates/templateFiles.ts';
import { commonestReason, type Fate } from '../../templates/templateFates.ts';
import { formatCount } from '../../wording/format.ts';
import type { PromptSurroundings } from './promptLanguage.ts';

export interface PromptLensesOptions {
  readonly around: (document: vscode.TextDocument) => Promise<PromptSurroundings>;
  readonly surroundings: vscode.Event<unknown>;
  readonly fateOf: (document: vscode.TextDocument) => Promise<Fate | undefined>;
}

/** Preview, Try and the pipelines that use a template, above its first line. */
export class PromptLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #options: PromptLensesOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(options: PromptLensesOptions) {
    this.#options = options;
    this.#subscription = options.surroundings(() => {
      this.#changed.fire();
    });
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const { uri } = document;
    const { uses } = await this.#options.around(document);
    const fate = await this.#options.fateOf(document);
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
      ...(fate === undefined ? [] : [lens(fateText(fate), COMMANDS.findTemplateUses)]),
      ...(uri.scheme === BUILT_IN_SCHEME ? [lens(l10n.t('Duplicate to Workspace'), COMMANDS.duplicateTemplate)] : []),
    ];
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}

/** What was made with it in all: records, how many of what was tried, cost, why most was turned down. */
function fateText(fate: Fate): string {
  const { accepted, rejected, cost } = fate;
  const reason = commonestReason(fate);
  return [
    accepted === 1 ? l10n.t('made 1 record') : l10n.t('made {0} records', formatCount(accepted)),
    ...(accepted + rejected === 0 ? [] : [l10n.t('yield {0}%', Math.round((100 * accepted) / (accepted + rejected)))]),
    ...(cost === null ? [] : [l10n.t('cost {0}', cost.toFixed(cost < 1 ? 4 : 2))]),
    ...(reason === undefined ? [] : [l10n.t('mostly rejected: {0}', reason)]),
  ].join(' · ');
}
