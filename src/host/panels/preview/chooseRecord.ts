import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { findOutput } from '../../results/findOutput.ts';
import type { RunManager } from '../../runs/runManager.ts';
import { formatAge, recordsText } from '../../wording/format.ts';
import { choose } from '../../input/ask.ts';

const MOST_RUNS = 30;
const MOST_FILES = 200;

/** Asks for a JSONL file: of a past run, of the workspace, or any other. @returns its path */
export async function chooseRecordFile(runs: RunManager): Promise<string | undefined> {
  const items: (vscode.QuickPickItem & { readonly path?: string; readonly browses?: boolean })[] = [];
  const seen = new Set<string>();
  const now = Date.now();
  for (const entry of (await runs.list()).slice(0, MOST_RUNS)) {
    for (const output of entry.outputs) {
      const found = await findOutput(entry, output);
      if (!('path' in found) || seen.has(found.path)) continue;
      seen.add(found.path);
      items.push({
        label: `$(history) ${entry.pipeline.name}`,
        description: `${recordsText(output.records)} · ${formatAge(entry.startedAt, now)}`,
        detail: vscode.workspace.asRelativePath(found.path),
        path: found.path,
      });
    }
  }
  const files = await vscode.workspace.findFiles('**/*.jsonl', '**/{node_modules,.git,.openline}/**', MOST_FILES);
  for (const { fsPath } of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (seen.has(fsPath)) continue;
    items.push({ label: `$(file) ${vscode.workspace.asRelativePath(fsPath)}`, path: fsPath });
  }
  items.push({ label: l10n.t('Browse…'), browses: true });
  const chosen = await choose(items, {
    placeHolder: l10n.t('Fill the template in with a record of …'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen?.browses !== true) return chosen?.path;
  const [uri] = (await vscode.window.showOpenDialog({ filters: { JSONL: ['jsonl', 'json', 'ndjson'] } })) ?? [];
  return uri?.fsPath;
}
