import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS, DATASET_EDITOR } from '../ids.ts';
import type { OpenOutputDeps } from './openOutput.ts';
import { choose } from '../input/ask.ts';

const DATASETS = '**/*.jsonl';
/** Where nobody keeps datasets. */
const NOT_DATASETS = '**/{node_modules,.openline,.git}/**';
const MOST_FILES = 1000;

/** Shows a JSONL file, or what a run has written, as records: in a table or as cards, to be searched and reviewed. */
export function registerOpenDataset({ runs }: OpenOutputDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.openDataset, async (argument?: unknown) => {
    const tab = argument === undefined ? activeDataset() : undefined;
    const uri = argument === undefined ? (tab?.uri ?? (await chooseDataset())) : await uriOf(argument, runs);
    if (uri === undefined) return;
    await vscode.commands.executeCommand('vscode.openWith', uri, DATASET_EDITOR);
    // The same file seen in another way takes the place of its text.
    if (tab !== undefined && !tab.tab.isDirty) await vscode.window.tabGroups.close(tab.tab);
  });
}

async function uriOf(argument: unknown, runs: OpenOutputDeps['runs']): Promise<vscode.Uri | undefined> {
  if (argument instanceof vscode.Uri) return argument;
  const { targetRun } = await import('./target.ts');
  const none = l10n.t('There is no run yet. Open a pipeline and choose Run.');
  const entry = await targetRun(argument, runs, { fits: () => true, none, newest: true });
  if (entry === undefined) return undefined;
  const { chooseResultFile } = await import('./openOutput.ts');
  const path = await chooseResultFile(entry);
  return path === undefined ? undefined : vscode.Uri.file(path);
}

/** The tab in front when it shows a JSONL file as text. */
function activeDataset(): { readonly tab: vscode.Tab; readonly uri: vscode.Uri } | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  const uri = tab?.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
  return tab !== undefined && uri?.path.endsWith('.jsonl') === true ? { tab, uri } : undefined;
}

/** One of the workspace's datasets. @param none said when there is none */
export async function chooseDataset(
  pattern = DATASETS,
  none = l10n.t('There is no JSONL file in the workspace.'),
): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles(pattern, NOT_DATASETS, MOST_FILES);
  if (files.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  const items = files
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((one, other) => one.label.localeCompare(other.label));
  return (await choose(items, { placeHolder: l10n.t('Which dataset?') }))?.uri;
}
