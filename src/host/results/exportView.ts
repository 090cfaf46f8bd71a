/** Exports the records that a table shows, in one of the formats for training. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { endingOf, EXPORT_FORMATS } from '../../core/datasets/formats.ts';
import { isPart, outputOf, type ResultPage, type ResultView, type RowRanges } from '../../protocol/studio.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { formatCount, recordsText } from '../wording/format.ts';
import { choose } from '../input/ask.ts';

/** Rows that are asked for at once. */
const PAGE = 500;
/** Writing a dataset takes no longer. */
const EXPORT_MS = 30 * 60_000;

/**
 * @param page rows of the view
 * @param ranges those of its rows that are wanted; null: all
 */
export async function exportView(
  { outputs, folder }: RunEntry,
  view: ResultView,
  ranges: RowRanges | null,
  page: (start: number, count: number) => Promise<ResultPage>,
  questions: QuestionChild,
): Promise<void> {
  const output = outputs.find(({ name }) => name === outputOf(view.source));
  if (output === undefined) return;
  const lines = await linesOf(view, ranges, page);
  const wanted = recordsText(lines?.length ?? output.records);
  const items = EXPORT_FORMATS.map((label) => ({ label }));
  const chosen = await choose(items, {
    title: l10n.t('Export {0}', wanted),
    placeHolder: l10n.t('Which format?'),
  });
  if (chosen === undefined) return;
  const format = chosen.label;
  const stem = basename(output.path).replace(/\.[^.]*$/u, '');
  const name = `${stem}.${lines === null ? format : 'selection'}${endingOf(format)}`;
  const uri = await vscode.window.showSaveDialog({
    title: l10n.t('Export {0}', wanted),
    defaultUri: vscode.Uri.file(join(dirname(output.path), name)),
  });
  if (uri === undefined) return;
  const title = l10n.t('Exporting {0}', wanted);
  const { records, rejected } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    () =>
      questions.look(
        // The dialog has asked about a file that is there.
        { kind: 'export', folder, output: output.name, lines, format, path: uri.fsPath, force: true },
        AbortSignal.timeout(EXPORT_MS),
      ),
  );
  const left = Object.values(rejected).reduce((sum, each) => sum + each, 0);
  const shown = vscode.workspace.asRelativePath(uri);
  const text =
    left === 0
      ? l10n.t('{0} in {1}.', recordsText(records), shown)
      : l10n.t('{0} in {1}; {2} without a place in {3}.', recordsText(records), shown, formatCount(left), format);
  const open = l10n.t('Open File');
  void vscode.window
    .showInformationMessage(text, open)
    .then((answer) => (answer === open ? vscode.commands.executeCommand('vscode.open', uri) : undefined));
}

/** Numbers of the lines that are wanted of a view; null: all there are. */
async function linesOf(
  view: ResultView,
  ranges: RowRanges | null,
  page: (start: number, count: number) => Promise<ResultPage>,
): Promise<readonly number[] | null> {
  if (ranges === null && !isPart(view)) return null;
  const lines: number[] = [];
  for (const { from, to } of ranges ?? [{ from: 0, to: Infinity }]) {
    for (let start = from; start < to;) {
      const { rows } = await page(start, Math.min(PAGE, to - start));
      if (rows.length === 0) break;
      lines.push(...rows.map(({ line }) => line));
      start += rows.length;
    }
  }
  // An export has the file's own order.
  return lines.sort((a, b) => a - b);
}
