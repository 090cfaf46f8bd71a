/** What can be done from the Studio with the decisions about an output's records. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { OutputResults } from '../results/outputResults.ts';

/** Shows the review file as text. */
export async function openReview({ review }: OutputResults): Promise<void> {
  if (review !== null) await vscode.window.showTextDocument(vscode.Uri.file(review.path));
}

/** Asks how the decisions are to become a dataset, and has it done. */
export async function applyResults(results: OutputResults, version: string): Promise<void> {
  const { path, review, isWritten } = results;
  if (path === undefined || review === null) return;
  if (!isWritten) {
    const text = l10n.t('The run is not done yet. When its output is written, the review can be applied to it.');
    void vscode.window.showInformationMessage(text);
    return;
  }
  const { applyReview } = await import('../datasets/applyReview.ts');
  await applyReview({
    dataset: vscode.Uri.file(path),
    review: review.decisions === 0 ? null : review,
    apply: (output, undecided) => results.apply(output, undecided, version),
  });
}
