import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { basename } from 'node:path';
import {
  readToDatasetHost,
  type DatasetAnswers,
  type DatasetHostAnswers,
  type DatasetStart,
  type DatasetState,
  type ToDataset,
  type ToDatasetHost,
} from '../../protocol/dataset.ts';
import { Messenger } from '../../protocol/messenger.ts';
import { webviewFolder, webviewPage } from '../panels/webviewPage.ts';
import { portOf } from '../panels/webviewPort.ts';
import { applyReview } from './applyReview.ts';
import { DatasetReader } from './datasetReader.ts';
import { openLine } from './openLine.ts';
import type { ReaderState } from './readerProtocol.ts';
import { shownReview } from './shownReview.ts';
import { enter } from '../input/ask.ts';

/** How often the file is looked at while somebody looks at the viewer, in milliseconds. */
const FOLLOW_MS = 1000;

export interface DatasetEditorOptions {
  readonly uri: vscode.Uri;
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  readonly worker: string;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** A viewer of a dataset: passes on what the page asks to the worker that reads the file. */
export class DatasetEditor implements vscode.Disposable {
  readonly #options: DatasetEditorOptions;
  readonly #messenger: Messenger<ToDatasetHost, DatasetHostAnswers, ToDataset, DatasetAnswers>;
  readonly #reader: DatasetReader;
  readonly #visibility: vscode.Disposable;
  #opened: Promise<unknown>;

  constructor(options: DatasetEditorOptions) {
    this.#options = options;
    const { panel, extensionUri, uri, worker, log } = options;
    this.#reader = new DatasetReader({
      script: worker,
      unended: 'line',
      onState: (state) => {
        if (panel.visible) this.#messenger.notify({ type: 'state', state: shown(state) });
      },
      onStatisticsProgress: (share) => {
        this.#messenger.notify({ type: 'statistics-progress', share });
      },
      onFailure: (error) => {
        log.error(error);
        const message = l10n.t(
          'The file cannot be read any more: {0}. Close this editor and open it again.',
          error.message,
        );
        this.#messenger.notify({ type: 'failed', message });
      },
    });
    const reader = this.#reader;
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToDatasetHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => this.#start(),
        rows: ({ query, start, count, columns }) => reader.ask({ type: 'page', query, start, count, columns }),
        'row-of': ({ query, line }) => reader.ask({ type: 'row-of', query, line }),
        record: ({ line }) => reader.ask({ type: 'record', line }),
        'stop-search': () => reader.ask({ type: 'stop-search' }),
        decide: ({ line, change }) => reader.ask({ type: 'decide', line, change }),
        undo: () => reader.ask({ type: 'undo' }),
        redo: () => reader.ask({ type: 'redo' }),
        statistics: () => reader.ask({ type: 'statistics' }),
        'stop-statistics': () => reader.ask({ type: 'stop-statistics' }),
        'open-line': ({ line }) => this.openText(line),
        'open-review': () => this.#openReview(),
        'go-to-line': () => this.goToLine(),
        apply: () => this.apply(),
      },
      onError: (error) => {
        log.error(error instanceof Error ? error : String(error));
      },
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'dataset', basename(uri.path));
    this.#opened = this.#reader.ask({ type: 'update', path: uri.fsPath });
    this.#opened.catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
    });
    this.#follow();
    this.#visibility = panel.onDidChangeViewState(() => {
      this.#follow();
    });
  }

  get isActive(): boolean {
    return this.#options.panel.active;
  }

  /** Asks for a line and shows it. */
  async goToLine(): Promise<void> {
    const { total } = this.#reader.state.counts;
    const answer = await enter({
      title: l10n.t('Go to Line'),
      prompt: l10n.t('A number from 1 to {0}', total),
      validateInput: (text) => (isLine(text, total) ? undefined : l10n.t('A number from 1 to {0}', total)),
    });
    if (answer !== undefined) this.#messenger.notify({ type: 'show-line', line: Number(answer) - 1 });
    this.#options.panel.reveal();
  }

  /** Opens the file in the text editor. @param line counts from 0 */
  async openText(line = 0): Promise<void> {
    await openLine(this.#options.uri, line, async () => (await this.#reader.ask({ type: 'record', line })).text);
  }

  async apply(): Promise<void> {
    const { uri, version } = this.#options;
    const { review } = this.#reader.state;
    await applyReview({
      dataset: uri,
      review: review?.decisions === 0 ? null : review,
      apply: (output, undecided) => this.#reader.ask({ type: 'apply', output, undecided, version }),
    });
  }

  dispose(): void {
    this.#visibility.dispose();
    this.#messenger.dispose();
    this.#reader.dispose();
  }

  /** Nothing is read for nobody. */
  #follow(): void {
    const { visible } = this.#options.panel;
    void this.#reader.ask({ type: 'follow', everyMs: visible ? FOLLOW_MS : 0 }).catch(() => undefined);
  }

  async #start(): Promise<DatasetStart> {
    // The first rows are there long before the whole file is known.
    await Promise.race([this.#opened, new Promise((resolve) => setTimeout(resolve, 50))]);
    return {
      name: basename(this.#options.uri.path),
      state: shown(this.#reader.state),
      wording: { ...l10n.bundle },
      language: vscode.env.language,
    };
  }

  async #openReview(): Promise<void> {
    const path = this.#reader.state.review?.path;
    if (path !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(path));
  }
}

function isLine(text: string, total: number): boolean {
  return /^\d+$/u.test(text) && Number(text) >= 1 && Number(text) <= total;
}

function shown({ counts, review, path }: ReaderState): DatasetState {
  return {
    counts,
    review: shownReview(review),
    isThere: path !== null,
  };
}
