import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';

export interface CreateExampleDeps {
  /** Folder of the built-in recipes and templates; the example lies beside it. */
  readonly library: string;
}

const NAME = 'openline-example';

/** Copies the example workspace into a folder the person picks, and opens it: everything in it runs without a key. */
export function registerCreateExample({ library }: CreateExampleDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.createExample, async (argument?: unknown) => {
    const parent = argument instanceof vscode.Uri ? argument : await chooseParent();
    if (parent === undefined) return undefined;
    const target = await freeName(parent);
    const example = vscode.Uri.file(join(dirname(library), 'example'));
    await vscode.workspace.fs.copy(example, target);
    // Runs and profiles of the example stay in it, whatever repository it may lie in.
    await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(target, '.openline'));
    if (!(argument instanceof vscode.Uri)) await open(target);
    return target;
  });
}

async function chooseParent(): Promise<vscode.Uri | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: l10n.t('Where should the folder {0} be made?', NAME),
      openLabel: l10n.t('Create Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return chosen;
}

/** What is there already stays as it is. */
async function freeName(parent: vscode.Uri): Promise<vscode.Uri> {
  const names = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([name]) => name));
  let name = NAME;
  for (let number = 2; names.has(name); number += 1) name = `${NAME}-${number}`;
  return vscode.Uri.joinPath(parent, name);
}

/** In this window where nothing is open; else the person says where. */
async function open(folder: vscode.Uri): Promise<void> {
  const here = l10n.t('Open Here');
  const beside = l10n.t('Open in New Window');
  const isEmpty = (vscode.workspace.workspaceFolders ?? []).length === 0;
  const answer = isEmpty
    ? here
    : await vscode.window.showInformationMessage(l10n.t('The example is in {0}.', folder.fsPath), ...[beside, here]);
  if (answer === undefined) return;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: answer === beside });
}
