import type * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Estimate } from '../../core/run/estimate.ts';
import { estimateLine } from '../wording/estimateText.ts';
import { choose } from '../input/ask.ts';

/** What a person wants when they see what a run would take. */
export type BeforeRun = 'run' | 'preview' | 'show';

/** Shows an estimate and asks whether to run. @returns undefined when the person left: nothing is sent */
export async function askBeforeRun(name: string, estimate: Estimate): Promise<BeforeRun | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly answer: BeforeRun })[] = [
    { label: `$(play) ${l10n.t('Run')}`, detail: estimateLine(estimate), answer: 'run' },
    {
      label: `$(eye) ${l10n.t('Preview First')}`,
      detail: l10n.t('A few records, which make the estimate more exact; the run reuses them'),
      answer: 'preview',
    },
    { label: `$(graph) ${l10n.t('Show the Estimate Step by Step')}`, answer: 'show' },
  ];
  const chosen = await choose(items, {
    title: l10n.t('Run {0}', name),
    placeHolder: l10n.t('This run is expected to take:'),
  });
  return chosen?.answer;
}
