import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { readStatisticsState, type StatisticsState } from '../../protocol/statistics.ts';
import { STATISTICS_PANEL } from '../ids.ts';
import { StatisticsPanel, type StatisticsPanelOptions } from './statisticsPanel.ts';

export type StatisticsPanelsOptions = Omit<StatisticsPanelOptions, 'panel' | 'about'>;

/** The open pages with statistics, one for a dataset. */
export class StatisticsPanels implements vscode.Disposable {
  readonly #options: StatisticsPanelsOptions;
  readonly #panels = new Set<StatisticsPanel>();

  constructor(options: StatisticsPanelsOptions) {
    this.#options = options;
  }

  show(about: StatisticsState): void {
    const open = [...this.#panels].find(
      ({ about: { path, output } }) => path === about.path && output === about.output,
    );
    if (open !== undefined) {
      open.reveal();
      return;
    }
    const title = l10n.t('Statistics: {0}', about.shown);
    this.#adopt(vscode.window.createWebviewPanel(STATISTICS_PANEL, title, vscode.ViewColumn.Active), about);
  }

  /** Fills a panel that the editor brought back after a reload. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const about = readStatisticsState(state);
    if (about === undefined) panel.dispose();
    else this.#adopt(panel, about);
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
    this.#panels.clear();
  }

  #adopt(window: vscode.WebviewPanel, about: StatisticsState): void {
    const panel = new StatisticsPanel({ ...this.#options, panel: window, about });
    this.#panels.add(panel);
    window.onDidDispose(() => {
      this.#panels.delete(panel);
      panel.dispose();
    });
  }
}
