/** Writes the file of a new pipeline, for the questions as for the gallery. */
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Recipe } from '../../core/pipeline/recipeLibrary.ts';
import type { Json } from '../../core/record/json.ts';
import { PIPELINE_ENDING } from '../ids.ts';
import { pipelineText } from '../../core/pipeline/pipelineText.ts';
import { writeStarterFiles } from '../../core/pipeline/starterFiles.ts';

/** What is written. */
export interface NewPipeline {
  readonly recipe: Recipe;
  readonly endpoint: string;
  /** Empty: the profile's own. */
  readonly model: string;
  readonly values: Readonly<Record<string, Json>>;
  /** Of the file, without its ending. */
  readonly name: string;
}

/** @param library folder of the built-in recipes and templates @returns the place of the file */
export async function writePipeline(
  folder: vscode.Uri,
  { recipe, endpoint, model, values, name }: NewPipeline,
  library: string,
): Promise<vscode.Uri> {
  const text = pipelineText({ recipe, endpoint, model, values, output: `data/${name}.jsonl` });
  const file = vscode.Uri.joinPath(folder, `${name}${PIPELINE_ENDING}`);
  await writeStarterFiles(folder.fsPath, recipe.parameters, values, library);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  return file;
}

/** The folder for a new pipeline; undefined when there is none or the person left. */
export async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder: l10n.t('In which folder?') }))?.uri;
  }
  return folders[0]?.uri;
}

/** Names of the files of a folder. */
export async function namesIn(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  return new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
}

/** What is wrong with a name for a pipeline; undefined: nothing. */
export function pipelineNameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (!/^[^\s/\\:*?"<>|.][^/\\:*?"<>|]*$/u.test(name)) return l10n.t('A file name without an ending');
  return taken.has(`${name}${PIPELINE_ENDING}`) ? l10n.t('There is a pipeline of this name already.') : undefined;
}

/** The name itself, or the first number behind it that is free. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const isTaken = (name: string): boolean => taken.has(`${name}${PIPELINE_ENDING}`);
  if (!isTaken(wanted)) return wanted;
  let number = 2;
  while (isTaken(`${wanted}-${number}`)) number += 1;
  return `${wanted}-${number}`;
}
