import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { COMMANDS } from '../ids.ts';
import type { RunComparisons } from '../results/runComparisons.ts';
import type { RunEntry } from '../runs/runEntry.ts';
import type { RunManager } from '../runs/runManager.ts';

export interface CompareRunsDeps {
  readonly runs: RunManager;
  readonly comparisons: () => Promise<RunComparisons>;
}

/** Shows two runs side by side: those selected, else the given one and another that is chosen; the earlier one on the left. */
export function registerCompareRuns({ runs, comparisons }: CompareRunsDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.compareRuns, async (argument?: unknown, selected?: unknown) => {
    const { targetRun } = await import('./target.ts');
    const none = l10n.t('There are no two runs to compare yet. Run a pipeline once more, then compare.');
    const choice = { none, newest: false } as const;
    const both: readonly unknown[] = Array.isArray(selected) && selected.length === 2 ? selected : [argument];
    const [given, second] = both;
    const entry = await targetRun(given, runs, {
      ...choice,
      fits: isComparable,
      placeHolder: l10n.t('Compare which run?'),
    });
    if (entry === undefined) return;
    const other = await targetRun(second, runs, {
      ...choice,
      fits: (candidate) => isComparable(candidate) && candidate.folder !== entry.folder,
      placeHolder: l10n.t('With which run?'),
      first: (candidate) => candidate.pipeline.file === entry.pipeline.file,
    });
    if (other === undefined) return;
    const [before, after] = entry.startedAt <= other.startedAt ? [entry, other] : [other, entry];
    await (await comparisons()).show(before, after);
  });
}

function isComparable({ state }: RunEntry): boolean {
  return state !== 'starting' && state !== 'running';
}
