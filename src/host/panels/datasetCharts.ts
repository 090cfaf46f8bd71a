/** The charts of records: measured in the child process, saved where the person says. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { DistributionSummary } from '../../core/curate/statistics/distribution.ts';
import type { DatasetDescription, RejectedSpread } from '../../core/run/describeDataset.ts';
import type { ChartFigures, ChartFormat, ChartSpread, StudioCharts } from '../../protocol/studioCharts.ts';
import type { QuestionChild } from '../templates/questionChild.ts';

/** Has datasets measured for one panel. */
export class DatasetMeasurer {
  readonly #questions: QuestionChild;
  /** Gives up the measurement before: what is looked at now counts. */
  #asked = new AbortController();

  constructor(questions: QuestionChild) {
    this.#questions = questions;
  }

  /**
   * @param path of a file, or the folder of a run
   * @param output which output of a run
   * @param onShare told now and then how much has been read, from 0 to 1
   * @throws Error with why there is nothing to show, in a sentence
   */
  async measure(
    { path, output }: { readonly path: string; readonly output?: string | undefined },
    onShare: (share: number) => void = () => undefined,
  ): Promise<DatasetDescription> {
    this.stop(l10n.t('Something else is looked at now.'));
    const question = { path, charts: true, ...(output === undefined ? {} : { output }) };
    const answer = await this.#questions.describe(question, onShare, this.#asked.signal);
    if (!answer.ok) throw new Error(answer.message);
    return answer.description;
  }

  /** Gives up what is measured. @param why told to whoever waits */
  stop(why: string): void {
    this.#asked.abort(new Error(why));
    this.#asked = new AbortController();
  }

  dispose(): void {
    this.stop(l10n.t('The panel was closed.'));
  }
}

/** What charts show of a description. */
export function chartsOf({ statistics, charts }: DatasetDescription): StudioCharts {
  const { records, numbers, texts, labels } = statistics;
  const rejected = charts?.rejected ?? {};
  const fields = new Set([...Object.keys(numbers), ...Object.keys(rejected)]);
  return {
    records,
    spreads: [
      ...[...fields].map((field) => numberSpread(field, numbers[field], rejected[field])),
      ...Object.entries(texts).flatMap(([field, { words }]) =>
        // How long labels are says nothing.
        words === null || labels[field] !== undefined
          ? []
          : [{ ...numberSpread(field, words), kind: 'words' as const }],
      ),
    ],
    labels: Object.entries(labels).map(([field, { values, counts }]) => ({
      ...{ field, values },
      counts: counts.map(([value, count]): [string, number] => [value, count]),
    })),
    topics: charts?.topics ?? null,
    maps: (charts?.maps ?? []).map(({ field, points, explained }) => ({ field, points: [...points], explained })),
  };
}

function numberSpread(field: string, kept?: DistributionSummary, rejected?: RejectedSpread): ChartSpread {
  const bins =
    rejected?.bins.map(({ from, to, records, rejected: down }) => ({ from, to, count: records, rejected: down })) ??
    (kept?.histogram ?? []).map((bin) => ({ ...bin, rejected: 0 }));
  return {
    ...{ field, kind: 'number', bins },
    kept: kept === undefined ? null : figuresOf(kept),
    rejected: rejected === undefined ? null : figuresOf(rejected.summary),
  };
}

function figuresOf({ count, mean, median, min, max }: DistributionSummary): ChartFigures {
  return { count, mean, median, min, max };
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
  try {
    await vscode.workspace.fs.writeFile(target, bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(l10n.t('The chart could not be saved as {0}: {1}', target.fsPath, why));
    return;
  }
  const open = l10n.t('Open');
  const saved = l10n.t('The chart was saved as {0}.', vscode.workspace.asRelativePath(target));
  // A notice may stand for long: nothing waits for it.
  void vscode.window.showInformationMessage(saved, open).then(async (choice) => {
    if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
  });
}
