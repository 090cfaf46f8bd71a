import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { readLines } from '../../core/datasets/readLines.ts';
import type { DatasetDescription } from '../../core/run/describeDataset.ts';
import { Messenger } from '../../protocol/messenger.ts';
import {
  readToStatisticsHost,
  type DatasetFacts,
  type FieldFacts,
  type StatisticsAnswers,
  type StatisticsHostAnswers,
  type StatisticsState,
  type ToStatistics,
  type ToStatisticsHost,
} from '../../protocol/statistics.ts';
import { openLine } from '../datasets/openLine.ts';
import { COMMANDS } from '../ids.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { chartsOf, DatasetMeasurer, saveChart } from './datasetCharts.ts';
import { dressPanel, webviewPage } from './webviewPage.ts';
import { portOf } from './webviewPort.ts';

export interface StatisticsPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly about: StatisticsState;
  readonly extensionUri: vscode.Uri;
  readonly questions: QuestionChild;
  readonly log: vscode.LogOutputChannel;
}

/** What a dataset is like, as a page. */
export class StatisticsPanel implements vscode.Disposable {
  readonly #options: StatisticsPanelOptions;
  readonly #messenger: Messenger<ToStatisticsHost, StatisticsHostAnswers, ToStatistics, StatisticsAnswers>;
  readonly #measurer: DatasetMeasurer;
  /** The file that was read. */
  #file: string | undefined;

  constructor(options: StatisticsPanelOptions) {
    this.#options = options;
    const { panel, about, extensionUri, questions, log } = options;
    this.#measurer = new DatasetMeasurer(questions);
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToStatisticsHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => ({ keep: about, wording: { ...l10n.bundle }, language: vscode.env.language }),
        measure: () => this.#measure(),
        stop: () => this.#measurer.stop(l10n.t('Stopped.')),
        'save-chart': (chart) => saveChart(chart, this.#file ?? about.path),
        'open-record': ({ line }) => this.#openRecord(line),
        'open-dataset': async () => {
          if (this.#file === undefined) return;
          const uri = vscode.Uri.file(this.#file);
          await vscode.commands.executeCommand(isLines(this.#file) ? COMMANDS.openDataset : 'vscode.open', uri);
        },
      },
      onError: (error) => {
        log.error(error instanceof Error ? error : String(error));
      },
    });
    dressPanel(panel, extensionUri);
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'statistics', panel.title);
  }

  /** What it is about. */
  get about(): StatisticsState {
    return this.#options.about;
  }

  reveal(): void {
    this.#options.panel.reveal();
  }

  dispose(): void {
    this.#measurer.dispose();
    this.#messenger.dispose();
  }

  async #measure(): Promise<DatasetFacts> {
    const { path, output } = this.#options.about;
    const description = await this.#measurer.measure({ path, output: output ?? undefined }, (share) =>
      this.#messenger.notify({ type: 'share', share }),
    );
    this.#file = description.source;
    return factsOf(description);
  }

  async #openRecord(line: number): Promise<void> {
    const file = this.#file;
    // The rows of a table are no lines of its file.
    if (file === undefined || !isLines(file)) return;
    await openLine(vscode.Uri.file(file), line, async () => {
      for await (const { number, bytes } of readLines(file)) if (number === line + 1) return bytes?.toString() ?? '';
      return '';
    });
  }
}

function isLines(file: string): boolean {
  return !/\.(?:csv|tsv|parquet)$/iu.test(file);
}

function factsOf(description: DatasetDescription): DatasetFacts {
  const { fields, fieldsLeftOut, texts, labels } = description.statistics;
  const factsOfField = ([name, records]: [string, number]): FieldFacts => {
    const text = texts[name];
    // Values that stand there again and again are no texts.
    if (text === undefined || labels[name] !== undefined) return { name, records, texts: null };
    const { words, tokens, distinct, repetition } = text;
    return {
      ...{ name, records },
      texts: {
        words: words?.mean ?? null,
        tokens: tokens?.mean ?? null,
        distinct: distinct['2'] ?? null,
        nearDuplicates: repetition.nearDuplicates,
      },
    };
  };
  return {
    charts: chartsOf(description),
    fields: Object.entries(fields).map(factsOfField),
    fieldsLeftOut,
    unreadable: { ...description.unreadable },
  };
}
