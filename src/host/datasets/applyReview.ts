/** Asks how the decisions of a review are to become a dataset, and has it done. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { basename } from 'node:path';
import type { ReviewState } from '../../core/datasets/view/viewTypes.ts';
import type { AppliedReview } from '../../core/run/applyReviewFile.ts';
import { DATASET_EDITOR } from '../ids.ts';
import { formatCount, recordsText } from '../wording/format.ts';
import { askAll, askPick, BACK, LEFT, type Question } from '../input/steps.ts';

export interface ReviewToApply {
  readonly dataset: vscode.Uri;
  /** Null: nothing was decided. */
  readonly review: ReviewState | null;
  readonly apply: (output: string, undecided: 'keep' | 'drop') => Promise<AppliedReview>;
}

export async function applyReview({ dataset, review, apply }: ReviewToApply): Promise<void> {
  if (review === null) {
    void vscode.window.showInformationMessage(
      l10n.t('Nothing is decided yet. Choose a record, and accept (A), reject (R), rate (1 to 5) or edit (E) it.'),
    );
    return;
  }
  const name = basename(dataset.fsPath);
  const fresh = vscode.Uri.file(dataset.fsPath.replace(/(?:\.jsonl)?$/u, '.reviewed.jsonl'));
  const wanted = await askWhatAndWhere(name, basename(fresh.fsPath), review);
  if (wanted === undefined) return;
  const { undecided, inPlace } = wanted;
  const chosen = inPlace
    ? dataset
    : await vscode.window.showSaveDialog({ defaultUri: fresh, filters: { JSONL: ['jsonl'] } });
  const isOwn = chosen?.fsPath === dataset.fsPath;
  const output = isOwn ? await confirmed(dataset, name, review.tally.rejected) : chosen;
  if (output === undefined) return;
  const title = l10n.t('Applying the review to {0}', name);
  const location = vscode.ProgressLocation.Notification;
  try {
    const applied = await vscode.window.withProgress({ location, title }, () => apply(output.fsPath, undecided));
    await tell(output, applied, output.fsPath === dataset.fsPath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(l10n.t('The review was not applied: {0}', reason));
  }
}

interface Wanted {
  readonly undecided: 'keep' | 'drop';
  readonly inPlace: boolean;
}

async function askWhatAndWhere(name: string, fresh: string, { tally }: ReviewState): Promise<Wanted | undefined> {
  let undecided: 'keep' | 'drop' = 'keep';
  let inPlace = false;
  const whichRecords: Question = async (standing) => {
    const answer = await askPick({
      ...standing,
      placeholder: l10n.t('Which records?'),
      active: undecided,
      items: [
        {
          label: l10n.t('All but the rejected'),
          detail: l10n.t('{0} rejected records go, {1} edits are made, the rest stays', tally.rejected, tally.edited),
          value: 'keep' as const,
        },
        {
          label: l10n.t('The accepted and the edited alone'),
          detail: l10n.t('{0} accepted records stay, {1} edits are made', tally.accepted, tally.edited),
          value: 'drop' as const,
        },
      ],
    });
    if (answer === BACK || answer === LEFT) return answer;
    undecided = answer;
    return undefined;
  };
  const where: Question = async (standing) => {
    const answer = await askPick({
      ...standing,
      placeholder: l10n.t('Where?'),
      items: [
        { label: l10n.t('Write a New File…'), detail: fresh, value: false },
        { label: l10n.t('Rewrite {0}…', name), detail: l10n.t('Replaced when the new one is complete'), value: true },
      ],
    });
    if (answer === BACK || answer === LEFT) return answer;
    inPlace = answer;
    return undefined;
  };
  return (await askAll(l10n.t('Apply Review'), () => [whichRecords, where])) ? { undecided, inPlace } : undefined;
}

async function confirmed(dataset: vscode.Uri, name: string, rejected: number): Promise<vscode.Uri | undefined> {
  const rewrite = l10n.t('Rewrite');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Rewrite {0}?', name),
    {
      modal: true,
      detail: l10n.t(
        '{0} rejected records, and lines that are no records, are gone from it afterwards. Decisions stay in the review file.',
        rejected,
      ),
    },
    rewrite,
  );
  return answer === rewrite ? dataset : undefined;
}

async function tell(output: vscode.Uri, { report, movedReview }: AppliedReview, inPlace: boolean): Promise<void> {
  const gone = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  const moved =
    movedReview === null
      ? ''
      : ` ${l10n.t('The records have no ids, so the review was put aside as {0}.', basename(movedReview))}`;
  const message = l10n.t(
    '{0} in {1}; {2} left out.',
    recordsText(report.records),
    basename(output.fsPath),
    formatCount(gone),
  );
  const open = l10n.t('Open');
  const buttons = inPlace ? [] : [open];
  const answer = await vscode.window.showInformationMessage(`${message}${moved}`, ...buttons);
  if (answer === open) await vscode.commands.executeCommand('vscode.openWith', output, DATASET_EDITOR);
}
