import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { listRuns, readRunFile, runPaths, runsFolder } from '../../core/run/runFolder.ts';
import { entryOfFile, type RunEntry } from './runEntry.ts';

/** Runs that are listed; older ones stay on the disk. */
const MOST_RUNS = 200;
/** Files of a run are written in bursts: changes within this time are told once. */
const SETTLE_MS = 150;

export interface RunHistoryOptions {
  /** Folders that may hold `.openline`. */
  readonly roots: () => Promise<readonly string[]>;
  readonly log: vscode.LogOutputChannel;
}

/** The runs whose folders are on the disk, whoever started them: this window, another one, a terminal. */
export class RunHistory implements vscode.Disposable {
  readonly #options: RunHistoryOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #watchers = new Map<string, vscode.Disposable>();
  /** Folders that could not be read, so that each is complained about once. */
  readonly #unreadable = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** Fires when a run came, went or changed its state on the disk. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RunHistoryOptions) {
    this.#options = options;
  }

  /** The newest runs, newest first. */
  async list(): Promise<readonly RunEntry[]> {
    const folders: string[] = [];
    for (const root of await this.#options.roots()) {
      this.#watch(root);
      for (const run of await listRuns(root)) folders.push(vscode.Uri.joinPath(runsUri(root), run).fsPath);
    }
    // Ids begin with the time.
    folders.sort((a, b) => (basename(a) < basename(b) ? 1 : -1));
    const entries = await Promise.all(folders.slice(0, MOST_RUNS).map((folder) => this.read(folder)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** One run by its folder; undefined when there is none or it cannot be read (which is logged). */
  async read(folder: string): Promise<RunEntry | undefined> {
    try {
      return entryOfFile(folder, await readRunFile(runPaths(folder)));
    } catch (error) {
      if (!this.#unreadable.has(folder)) {
        this.#unreadable.add(folder);
        this.#options.log.warn(error instanceof Error ? error.message : String(error));
      }
      return undefined;
    }
  }

  /** Watches the root of a run that may be the first of its folder. */
  watchRunFolder(folder: string): void {
    this.#watch(dirname(dirname(dirname(folder))));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(this.#changed, ...this.#watchers.values()).dispose();
  }

  #watch(root: string): void {
    if (this.#watchers.has(root)) return;
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(root), '.openline/runs/*/run.json'),
    );
    const tell = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#changed.fire();
      }, SETTLE_MS);
    };
    this.#watchers.set(
      root,
      vscode.Disposable.from(
        watcher,
        watcher.onDidCreate(tell),
        watcher.onDidChange(tell),
        watcher.onDidDelete(tell),
      ),
    );
  }
}

function runsUri(root: string): vscode.Uri {
  return vscode.Uri.file(runsFolder(root));
}
