import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { StatisticsState } from '../../protocol/statistics.ts';
import { COMMANDS } from '../ids.ts';
import type { RunManager } from '../runs/runManager.ts';
import { RunItem } from '../trees/runsTree.ts';

/** Files whose records are measured. */
const DATASETS = '**/*.{jsonl,ndjson,csv,tsv,parquet}';
const IS_DATASET = /\.(?:jsonl|ndjson|csv|tsv|parquet)$/iu;
const IS_TABLE = /\.(?:csv|tsv|parquet)$/iu;

export interface ShowStatisticsDeps {
  readonly runs: RunManager;
  readonly showStatistics: (about: StatisticsState) => Promise<void>;
}

/** Shows what the records of a file are like, or those of a run. */
export function registerShowStatistics({ runs, showStatistics }: ShowStatisticsDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.showStatistics, async (argument?: unknown) => {
    const about =
      argument instanceof RunItem || typeof argument === 'string'
        ? await ofRun(argument, runs)
        : await ofFile(argument);
    if (about !== undefined) await showStatistics(about);
  });
}

async function ofRun(argument: unknown, runs: RunManager): Promise<StatisticsState | undefined> {
  const [{ targetRun }, { chooseOutput }] = await Promise.all([import('./target.ts'), import('./openOutput.ts')]);
  const none = l10n.t('There is no run yet. Open a pipeline and choose Run.');
  const entry = await targetRun(argument, runs, { fits: () => true, none, newest: true });
  const output = entry === undefined ? undefined : await chooseOutput(entry);
  if (entry === undefined || output === undefined) return undefined;
  // Of a table only what stands in its place is read.
  if (IS_TABLE.test(output.path)) return { path: output.path, output: null, shown: output.shown };
  return { path: entry.folder, output: output.name, shown: output.shown };
}

async function ofFile(argument: unknown): Promise<StatisticsState | undefined> {
  const uri = argument instanceof vscode.Uri ? argument : (activeDataset() ?? (await chooseMeasurable()));
  if (uri === undefined) return undefined;
  return { path: uri.fsPath, output: null, shown: basename(uri.fsPath) };
}

/** The dataset in front, as text or in the viewer. */
function activeDataset(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isFile = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return isFile && IS_DATASET.test(input.uri.path) ? input.uri : undefined;
}

async function chooseMeasurable(): Promise<vscode.Uri | undefined> {
  const { chooseDataset } = await import('./openDataset.ts');
  return chooseDataset(DATASETS, l10n.t('There is no JSONL, CSV, TSV or Parquet file in the workspace.'));
}
