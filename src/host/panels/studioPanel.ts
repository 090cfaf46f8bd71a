import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { Messenger } from '../../protocol/messenger.ts';
import {
  outputOf,
  readToHost,
  REJECTS,
  type HostAnswers,
  type ResultPage,
  type ResultView,
  type RowRanges,
  type StudioAction,
  type StudioAnswers,
  type StudioRun,
  type StudioStart,
  type ToHost,
  type ToStudio,
} from '../../protocol/studio.ts';
import { countCorrections } from '../../core/run/corrections.ts';
import { runPaths } from '../../core/run/runFolder.ts';
import { columnBeside } from '../columnBeside.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { COMMANDS, STUDIO_PANEL } from '../ids.ts';
import { findOutput } from '../results/findOutput.ts';
import { OutputResults } from '../results/outputResults.ts';
import { pastSnapshot } from '../runs/pastSnapshot.ts';
import { isResumable, isRetryable, type RunEntry, type RunOutput } from '../runs/runEntry.ts';
import type { ShowDifference } from '../results/differences.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { QuestionChild } from '../templates/questionChild.ts';
import { chartsOf, DatasetMeasurer, saveChart } from './datasetCharts.ts';
import { StudioHistoryReader } from './studioHistory.ts';
import { StudioRepairs } from './studioRepairs.ts';
import { applyResults, openReview } from './studioReview.ts';
import { dressPanel, webviewPage } from './webviewPage.ts';
import { portOf } from './webviewPort.ts';

/** How often the panel is told of progress: often enough to look alive, seldom enough to cost nothing. */
const TELL_MS = 200;

export interface StudioPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly folder: string;
  /** The pipeline's name, where it is known: shown at once. */
  readonly heading: string;
  readonly extensionUri: vscode.Uri;
  /** Bundle of the worker that reads records. */
  readonly worker: string;
  readonly runs: RunManager;
  readonly questions: QuestionChild;
  readonly profiles: ProfileStore;
  readonly showDifference: ShowDifference;
  /** Of the extension. */
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** The panel that shows a run: its progress and its results. Nothing is sent that is not seen. */
export class StudioPanel implements vscode.Disposable {
  readonly #options: StudioPanelOptions;
  readonly #messenger: Messenger<ToHost, HostAnswers, ToStudio, StudioAnswers>;
  readonly #history: StudioHistoryReader;
  readonly #charts: DatasetMeasurer;
  readonly #repairs: StudioRepairs;
  readonly #results = new Map<string, Promise<OutputResults>>();
  readonly #disposables: vscode.Disposable[] = [];
  #folder: string;
  #entry: RunEntry | undefined;
  #first: Promise<StudioRun | null> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Whether it was hidden and has not been told yet what came meanwhile. */
  #isBack = false;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(options: StudioPanelOptions) {
    this.#options = options;
    this.#folder = options.folder;
    this.#history = new StudioHistoryReader(options.questions, options.panel);
    this.#charts = new DatasetMeasurer(options.questions);
    this.#repairs = new StudioRepairs({
      ...options,
      entry: () => this.#entry,
      tell: (message) => this.#messenger.notify(message),
    });
    const { panel, runs, extensionUri } = options;
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => this.#start(),
        rows: async ({ view, start, count }) => (await this.#resultsOf(view.source)).page(view, start, count),
        record: async ({ source, line }) => (await this.#resultsOf(source)).record(line),
        'open-line': ({ source, line }) => this.#openLine(source, line),
        history: ({ source, line }) => this.#history.history(this.#folder, source, line),
        descendants: ({ step, key }) => this.#history.descendants(this.#folder, step, key),
        'open-request': ({ at }) => this.#history.openRequest(this.#folder, at),
        'open-template': async ({ template }) => {
          if (this.#entry !== undefined) await this.#history.openTemplate(this.#entry, template);
        },
        charts: async ({ output }) => {
          const tell = (share: number): void => this.#messenger.notify({ type: 'charts-share', output, share });
          return chartsOf(await this.#charts.measure({ path: this.#folder, output }, tell));
        },
        'generate-more': async ({ path }) => {
          const { generateMore } = await import('../results/generateMore.ts');
          await generateMore(this.#folder, path, options);
        },
        'save-chart': (chart) => saveChart(chart, this.#entry?.pipeline.file),
        'repair-start': ({ source, line }) => this.#repairs.start(source, line),
        'repair-estimate': (wish) => this.#repairs.estimate(wish),
        'repair-ask': (wish) => this.#repairs.ask(wish),
        'repair-stop': () => this.#repairs.stop(),
        'repair-compare': ({ title, before, after, isJson }) => this.#repairs.compare(title, before, after, isJson),
        'repair-keep': async ({ source, corrections }) => {
          const kept = await this.#repairs.keep(source, corrections);
          await this.#refresh();
          return kept;
        },
        export: ({ view, rows }) => this.#export(view, rows),
        decide: async ({ source, line, change }) => (await this.#resultsOf(source)).decide(line, change),
        undo: async ({ source }) => (await this.#resultsOf(source)).undo(),
        redo: async ({ source }) => (await this.#resultsOf(source)).redo(),
        'open-review': async ({ source }) => openReview(await this.#resultsOf(source)),
        apply: async ({ source }) => applyResults(await this.#resultsOf(source), options.version),
        act: ({ action }) => this.#act(action),
      },
      onError: (error) => {
        options.log.error(error instanceof Error ? error : String(error));
      },
    });
    dressPanel(panel, extensionUri);
    // Read while the page loads.
    this.#first = this.#read();
    // Whoever waits for it is told; nobody may wait, where the panel is closed at once.
    this.#first.catch(() => undefined);
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'studio', panel.title, options.heading);
    this.#disposables.push(
      runs.onDidProgress((run) => {
        if (run.folder === this.#folder) this.#scheduleRefresh();
      }),
      runs.onDidChange(() => {
        this.#scheduleRefresh();
      }),
      // A hidden panel is told nothing; it is told all when it comes back.
      panel.onDidChangeViewState(() => {
        this.#isBack = panel.visible;
        this.#scheduleRefresh();
      }),
    );
  }

  /** Folder of the run it shows. */
  get folder(): string {
    return this.#folder;
  }

  /** Whether the run it shows is over, so that the panel may show the pipeline's next one. */
  canTake(pipelineFile: string): boolean {
    return this.#entry?.pipeline.file === pipelineFile && this.#entry.owner === 'nobody';
  }

  /** Shows another run. */
  async take(folder: string): Promise<void> {
    this.#folder = folder;
    this.#forgetResults();
    await this.#refresh();
  }

  reveal(column: vscode.ViewColumn | undefined, preserveFocus: boolean): void {
    this.#options.panel.reveal(column, preserveFocus);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#history.dispose();
    this.#charts.dispose();
    this.#repairs.dispose();
    this.#messenger.dispose();
    this.#forgetResults();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  #scheduleRefresh(): void {
    if (!this.#options.panel.visible) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // One at a time: a slow disk must not pile them up.
      this.#refreshing = this.#refreshing
        .then(() => this.#refresh())
        .catch((error: unknown) => {
          this.#options.log.error(error instanceof Error ? error : String(error));
        });
    }, TELL_MS);
  }

  async #refresh(): Promise<void> {
    const run = await this.#read();
    if (run !== null) this.#messenger.notify({ type: 'run', run });
    for (const opened of this.#results.values()) {
      const results = await opened;
      await results.update();
      if (this.#isBack) this.#messenger.notify({ type: 'results', counts: results.counts });
    }
    this.#isBack = false;
  }

  async #start(): Promise<StudioStart> {
    const run = await (this.#first ?? this.#read());
    this.#first = undefined;
    // What has happened since it was read.
    this.#scheduleRefresh();
    return { run, wording: wordingOf(l10n.bundle), language: vscode.env.language };
  }

  async #read(): Promise<StudioRun | null> {
    const { runs, panel } = this.#options;
    const entry = await runs.find(this.#folder);
    this.#entry = entry;
    if (entry === undefined) return null;
    panel.title = titleOf(entry);
    const snapshot = entry.snapshot ?? (await pastSnapshot(entry));
    return {
      folder: entry.folder,
      snapshot,
      mode: entry.mode,
      recipe: entry.pipeline.recipe,
      owner: entry.owner,
      resumable: isResumable(entry),
      retryable: isRetryable(entry),
      corrections:
        entry.owner === 'nobody' && entry.mode === 'run' ? await countCorrections(runPaths(entry.folder)) : 0,
      pipelineFile: vscode.workspace.asRelativePath(entry.pipeline.file),
      absent: await absentOutputs(entry),
    };
  }

  /** One and the same promise for all who ask: questions are answered in the order in which they were put. */
  #resultsOf(source: string): Promise<OutputResults> {
    const known = this.#results.get(source);
    if (known !== undefined) return known;
    const { panel, worker, log } = this.#options;
    const results = new OutputResults({
      source,
      worker,
      locate: () => this.#locate(source),
      dataset: () => this.#outputOf(source)?.path,
      onChange: (counts) => {
        if (panel.visible) this.#messenger.notify({ type: 'results', counts });
      },
      onFailure: (error) => {
        log.error(error);
        // What is asked next begins with another worker.
        this.#results.delete(source);
      },
    });
    const opened = results.update().then(() => results);
    this.#results.set(source, opened);
    return opened;
  }

  /** The file that holds the records of a source at present. */
  async #locate(source: string): Promise<string | undefined> {
    if (source === REJECTS) return runPaths(this.#folder).rejects;
    const output = this.#outputOf(source);
    if (this.#entry === undefined || output === undefined) return undefined;
    const found = await findOutput(this.#entry, output);
    return 'path' in found ? found.path : undefined;
  }

  #outputOf(source: string): RunOutput | undefined {
    const name = outputOf(source);
    return this.#entry?.outputs.find((output) => output.name === name);
  }

  #forgetResults(): void {
    for (const opened of this.#results.values()) {
      opened.then(
        (results) => results.dispose(),
        () => undefined,
      );
    }
    this.#results.clear();
  }

  async #openLine(source: string, line: number): Promise<void> {
    const path = await this.#locate(source);
    if (path === undefined) throw new Error(l10n.t('The file is not there any more.'));
    await vscode.window.showTextDocument(vscode.Uri.file(path), {
      // Not over the panel: the record that is open there stays in sight.
      viewColumn: columnBeside(this.#options.panel.viewColumn),
      selection: new vscode.Range(line, 0, line, 0),
      preview: true,
    });
  }

  /** Writes what a view shows into a file of its own. */
  async #export(view: ResultView, ranges: RowRanges | null): Promise<void> {
    if (this.#entry === undefined) return;
    const { exportView } = await import('../results/exportView.ts');
    const results = await this.#resultsOf(view.source);
    const page = (start: number, count: number): Promise<ResultPage> => results.page(view, start, count);
    await exportView(this.#entry, view, ranges, page, this.#options.questions);
  }

  async #act(action: StudioAction): Promise<void> {
    const command = {
      pause: COMMANDS.pause,
      cancel: COMMANDS.cancel,
      resume: COMMANDS.resume,
      'retry-failed': COMMANDS.retryFailed,
      'work-through': COMMANDS.workThrough,
      'open-output': COMMANDS.openOutput,
      'open-pipeline': COMMANDS.openPipeline,
      'show-log': COMMANDS.showLog,
    }[action];
    // A run may take hours; the panel needs no more than to know that it was asked for.
    const done = vscode.commands.executeCommand(command, this.#folder);
    if (action === 'resume' || action === 'retry-failed' || action === 'work-through') return;
    await done;
  }
}

/** Makes the panel's window; what goes into it is StudioPanel's. */
export function createStudioWindow(
  title: string,
  column: vscode.ViewColumn,
  preserveFocus: boolean,
): vscode.WebviewPanel {
  const place = { viewColumn: column, preserveFocus };
  // What somebody is at work on (a correction, proposals that are being asked for) is not thrown away with the view of it.
  return vscode.window.createWebviewPanel(STUDIO_PANEL, title, place, { retainContextWhenHidden: true });
}

export function titleOf(entry: RunEntry): string {
  return l10n.t('Studio: {0}', entry.pipeline.name);
}

/** Why records that were written cannot be shown, by the output's name. */
async function absentOutputs(entry: RunEntry): Promise<Readonly<Record<string, string>>> {
  const absent: Record<string, string> = {};
  for (const output of entry.outputs) {
    const found = await findOutput(entry, output);
    if ('path' in found || found.absent === 'none') continue;
    absent[output.name] =
      found.absent === 'gone'
        ? l10n.t('{0} is not there any more: it was moved or deleted.', output.shown)
        : l10n.t('{0} was written by another run since.', output.shown);
  }
  return absent;
}

/** The translations as the editor loaded them, as plain texts. */
function wordingOf(bundle: typeof l10n.bundle): Readonly<Record<string, string>> {
  return { ...bundle };
}
