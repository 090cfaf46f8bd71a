import * as vscode from 'vscode';
import { PIPELINE_ENDING, PROMPT_ENDING } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { KnownDatasetsOptions } from './knownDatasets.ts';

/** Programs beside which datasets are told of; cells of notebooks are of the same languages. */
const PROGRAMS: vscode.DocumentSelector = ['python', 'javascript', 'typescript', 'javascriptreact', 'typescriptreact'];

/** Tells of datasets beside the code that loads them. */
export function registerDatasets(options: KnownDatasetsOptions): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const lenses = lazily(async () => {
    const [{ KnownDatasets }, { DatasetLenses }] = await Promise.all([
      import('./knownDatasets.ts'),
      import('./datasetLenses.ts'),
    ]);
    const datasets = new KnownDatasets(options);
    changed.event(() => {
      datasets.forget();
    });
    return new DatasetLenses(datasets, changed.event);
  });
  const again = (): void => {
    changed.fire();
  };
  return vscode.Disposable.from(
    changed,
    options.runs.onDidChange(again),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(PIPELINE_ENDING) || uri.path.endsWith(PROMPT_ENDING)) again();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(again),
    vscode.languages.registerCodeLensProvider(PROGRAMS, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document, token) => (await lenses()).provideCodeLenses(document, token),
      resolveCodeLens: async (lens) => (await lenses()).resolveCodeLens(lens),
    }),
  );
}
