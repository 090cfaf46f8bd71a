import { dirname, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Loader } from '../datasets/loadingCode.ts';
import { COMMANDS, OPENLINE_FOLDER, PIPELINE_ENDING, PROMPT_ENDING } from '../ids.ts';
import { choose } from '../input/ask.ts';

const MOST_DATASETS = 500;
const CARD_ENDING = '.card.json';

/** Writes code or configuration that loads a dataset: at the cursor where the language fits, else into a new document. */
export function registerInsertLoadingCode(): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.insertLoadingCode, async (argument?: unknown, wanted?: unknown) => {
    const [{ readCard }, { languageOf, LOADERS, loadingCode }] = await Promise.all([
      import('../datasets/datasetCard.ts'),
      import('../datasets/loadingCode.ts'),
    ]);
    const dataset = argument instanceof vscode.Uri ? argument : await chooseDataset();
    if (dataset === undefined) return;
    const active = vscode.window.activeTextEditor;
    const editor = active === undefined || isOurs(active.document.uri) ? undefined : active;
    const language = editor?.document.languageId;
    const loader = LOADERS.find((known) => known === wanted) ?? (await chooseLoader(LOADERS, languageOf, language));
    if (loader === undefined) return;
    const card = await readCard(dataset.fsPath);
    const isTarget = editor !== undefined && fits(languageOf(loader), language);
    const path = shownPath(dataset, isTarget ? editor.document.uri : undefined);
    const text = loadingCode(loader, {
      path,
      format: card?.output.format ?? formatOf(dataset.path),
      fields: card?.output.fields ?? [],
    });
    if (isTarget) {
      await editor.insertSnippet(new vscode.SnippetString(text.replaceAll(/[\\$}]/gu, '\\$&')));
      return;
    }
    const document = await vscode.workspace.openTextDocument({ language: languageOf(loader), content: text });
    await vscode.window.showTextDocument(document);
  });
}

/** Pipelines, templates and profiles load nothing, whatever their language. */
function isOurs({ path }: vscode.Uri): boolean {
  return (
    [PIPELINE_ENDING, PROMPT_ENDING].some((ending) => path.endsWith(ending)) || path.includes(`/${OPENLINE_FOLDER}/`)
  );
}

async function chooseDataset(): Promise<vscode.Uri | undefined> {
  const cards = await vscode.workspace.findFiles(`**/*${CARD_ENDING}`, '**/{node_modules,.git}/**', MOST_DATASETS);
  if (cards.length === 0) {
    void vscode.window.showInformationMessage(l10n.t('There is no dataset of a pipeline yet. Run one first.'));
    return undefined;
  }
  const items = cards
    .map((card) => card.with({ path: card.path.slice(0, -CARD_ENDING.length) }))
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((one, other) => one.label.localeCompare(other.label));
  return (await choose(items, { placeHolder: l10n.t('Load which dataset?') }))?.uri;
}

/** Those in the language of the editor first. */
async function chooseLoader(
  loaders: readonly Loader[],
  languageOf: (loader: Loader) => string,
  language: string | undefined,
): Promise<Loader | undefined> {
  const items = loaders.map((loader) => ({ label: TITLES[loader], description: languageOf(loader), loader }));
  items.sort((one, other) => Number(fits(other.description, language)) - Number(fits(one.description, language)));
  return (await choose(items, { placeHolder: l10n.t('Load it with what?') }))?.loader;
}

const TITLES: Readonly<Record<Loader, string>> = {
  datasets: 'Hugging Face datasets',
  pandas: 'pandas',
  pytorch: 'PyTorch',
  trl: 'TRL',
  axolotl: 'Axolotl',
  'llama-factory': 'LLaMA-Factory (dataset_info.json)',
  nemo: 'NeMo',
};

function fits(wanted: string, language: string | undefined): boolean {
  return language === wanted || (wanted === 'json' && language === 'jsonc');
}

/** Relative to the file that it goes into, else to the workspace. */
function shownPath(dataset: vscode.Uri, file: vscode.Uri | undefined): string {
  const isOnDisk = file?.scheme === 'file' || file?.scheme === 'vscode-notebook-cell';
  if (file === undefined || !isOnDisk) return vscode.workspace.asRelativePath(dataset, false);
  return relative(dirname(file.fsPath), dataset.fsPath).split(sep).join('/');
}

function formatOf(path: string): string {
  const [, ending = ''] = /\.(csv|parquet)$/iu.exec(path) ?? [];
  return ending === '' ? 'jsonl' : ending.toLowerCase();
}
