import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { stat } from 'node:fs/promises';
import { isJsonObject, parseJson } from '../../core/record/json.ts';
import { formatBytes } from '../wording/format.ts';

/** Larger files are not opened as text by the editor. */
const LARGEST_TEXT = 50 * 1024 * 1024;

/**
 * Shows a line of a dataset in the text editor. A file that is too large for that stays closed; its line is shown by itself.
 *
 * @param line counts from 0
 */
export async function openLine(uri: vscode.Uri, line: number, textOf: () => Promise<string>): Promise<void> {
  const { size } = await stat(uri.fsPath);
  if (size < LARGEST_TEXT) {
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(line, 0, line, 0), preview: true });
    return;
  }
  const show = l10n.t('Show Line {0} Alone', line + 1);
  const message = l10n.t('The text editor opens files up to 50 MB; this one has {0}.', formatBytes(size));
  if ((await vscode.window.showInformationMessage(message, show)) !== show) return;
  const text = await textOf();
  const value = parseJson(text);
  const content = isJsonObject(value) ? JSON.stringify(value, null, 2) : text;
  const document = await vscode.workspace.openTextDocument({ content, language: 'json' });
  await vscode.window.showTextDocument(document, { preview: true });
}
