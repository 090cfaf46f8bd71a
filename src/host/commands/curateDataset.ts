import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS, PIPELINE_ENDING } from '../ids.ts';
import { choose } from '../input/ask.ts';

/** Writes a pipeline that curates a JSONL file in the usual way, beside it, and opens it: to be looked at, changed and run. */
export function registerCurateDataset(): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.curateDataset, async (argument: unknown) => {
    const dataset = argument instanceof vscode.Uri ? argument : await chooseDataset();
    if (dataset === undefined) return;
    const pipeline = await pipelineFor(dataset);
    if (pipeline !== undefined) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(pipeline));
    }
  });
}

async function chooseDataset(): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && /\.(?:jsonl|ndjson)$/u.test(active.path)) return active;
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t('Which dataset?'),
    filters: { 'JSON Lines': ['jsonl', 'ndjson'] },
  });
  return chosen?.[0];
}

/** The pipeline beside the dataset; made where there is none yet. Undefined when the person gave no answer. */
async function pipelineFor(dataset: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { fsPath } = dataset;
  const name = basename(fsPath, extname(fsPath));
  const uri = vscode.Uri.file(join(dirname(fsPath), `${name}.curate${PIPELINE_ENDING}`));
  try {
    await vscode.workspace.fs.stat(uri);
    return uri;
  } catch {
    // It is made below.
  }
  const [{ fieldsOfFirst }, { curationPipeline, usualTextField }] = await Promise.all([
    import('../../core/datasets/firstRecord.ts'),
    import('../../core/curate/usualCuration.ts'),
  ]);
  const fields = await fieldsOfFirst(fsPath);
  const texts = Object.keys(fields).filter((field) => typeof fields[field] === 'string');
  if (texts.length === 0) {
    void vscode.window.showErrorMessage(l10n.t('{0} has no record with a text near its beginning.', basename(fsPath)));
    return undefined;
  }
  const text =
    usualTextField(fields, false) ??
    (
      await choose(
        texts.map((label) => ({ label })),
        { placeHolder: l10n.t('Which field holds the text?') },
      )
    )?.label;
  if (text === undefined) return undefined;
  const content = curationPipeline(`./${basename(fsPath)}`, text, `${name}.curated.jsonl`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(content));
  return uri;
}
