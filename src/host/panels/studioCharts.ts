/** The charts of a run's panel: measured in the child process, saved where the person says. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { DistributionSummary } from '../../core/curate/statistics/distribution.ts';
import type { DatasetDescription } from '../../core/run/describeDataset.ts';
import type { ChartFormat, ChartSpread, StudioCharts } from '../../protocol/studioCharts.ts';
import type { QuestionChild } from '../templates/questionChild.ts';

export class StudioChartsReader {
  readonly #questions: QuestionChild;
  /** Gives up the measurement before: what is looked at now counts. */
  #asked = new AbortController();

  constructor(questions: QuestionChild) {
    this.#questions = questions;
  }

  /** @throws Error with why there is nothing to show, in a sentence */
  async measure(folder: string, output: string): Promise<StudioCharts> {
    this.#asked.abort(new Error(l10n.t('Something else is looked at now.')));
    this.#asked = new AbortController();
    const question = { path: folder, output, charts: true };
    const answer = await this.#questions.describe(question, () => undefined, this.#asked.signal);
    if (!answer.ok) throw new Error(answer.message);
    return chartsOf(answer.description);
  }

  dispose(): void {
    this.#asked.abort(new Error(l10n.t('The panel was closed.')));
  }
}

function chartsOf({ statistics, charts }: DatasetDescription): StudioCharts {
  const { records, numbers, texts } = statistics;
  return {
    records,
    spreads: [
      ...Object.entries(numbers).flatMap(([field, summary]) => spreadOf(field, 'number', summary)),
      ...Object.entries(texts).flatMap(([field, { words }]) => spreadOf(field, 'words', words)),
    ],
    topics: charts?.topics ?? null,
    maps: (charts?.maps ?? []).map(({ field, points, explained }) => ({ field, points: [...points], explained })),
  };
}

function spreadOf(field: string, kind: ChartSpread['kind'], summary: DistributionSummary | null): ChartSpread[] {
  if (summary === null) return [];
  const { count, mean, median, min, max, histogram } = summary;
  return [{ field, kind, count, mean, median, min, max, bins: [...histogram] }];
}

/** Asks for a place and writes the picture there; offers to open it. @param beside the file next to which it is offered */
export async function saveChart(
  { name, format, content }: { readonly name: string; readonly format: ChartFormat; readonly content: string },
  beside: string | undefined,
): Promise<void> {
  const file = `${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.${format}`;
  const target = await vscode.window.showSaveDialog({
    title: l10n.t('Save the Chart'),
    filters: format === 'svg' ? { [l10n.t('SVG image')]: ['svg'] } : { [l10n.t('PNG image')]: ['png'] },
    ...(beside === undefined ? {} : { defaultUri: vscode.Uri.file(join(dirname(beside), file)) }),
  });
  if (target === undefined) return;
  const bytes = Buffer.from(content, format === 'svg' ? 'utf8' : 'base64');
  await vscode.workspace.fs.writeFile(target, bytes);
  const open = l10n.t('Open');
  const saved = l10n.t('The chart was saved as {0}.', vscode.workspace.asRelativePath(target));
  // A notice may stand for long: nothing waits for it.
  void vscode.window.showInformationMessage(saved, open).then(async (choice) => {
    if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
  });
}
