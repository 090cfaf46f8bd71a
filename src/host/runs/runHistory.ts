import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunEntry } from './runEntry.ts';
import type { ReadEntry } from './runFiles.ts';

/** Runs that are listed; older ones stay on the disk. */
const MOST_RUNS = 200;
/** Files of a run are written in bursts: changes within this time are told once. */
const SETTLE_MS = 150;
/** After so long a new run's folder holds its first file, in milliseconds. */
const FOLLOW_MS = 1000;

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
  /** What was read, by folder; a `run.json` that has not been written since is not read again. */
  readonly #read = new Map<string, ReadEntry>();
  #timer: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;

  /** Fires when a run came, went or changed its state on the disk. */
  readonly onDidChange = this.#changed.event;

  constructor(options: RunHistoryOptions) {
    this.#options = options;
  }

  /** The newest runs, newest first. */
  async list(): Promise<readonly RunEntry[]> {
    const { newestRunFolders } = await import('./runFiles.ts');
    const roots = await this.#options.roots();
    for (const root of roots) this.#watch(root);
    const folders = await newestRunFolders(roots, MOST_RUNS);
    const entries = await Promise.all(folders.map((folder) => this.read(folder)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** One run by its folder; undefined when there is none or it cannot be read (which is logged). */
  async read(folder: string): Promise<RunEntry | undefined> {
    try {
      const { readEntry } = await import('./runFiles.ts');
      const read = await readEntry(folder, this.#read.get(folder));
      this.#read.set(folder, read);
      return read.entry;
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
    clearTimeout(this.#later);
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
    // A file that follows its new folder at once may come before the system watches that folder, and is never told:
    // so the folders are watched as well, and looked at once more when whatever comes first will be in them.
    const folders = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(root), '.openline/runs/*'),
      false,
      true,
    );
    const tellTwice = (): void => {
      tell();
      clearTimeout(this.#later);
      this.#later = setTimeout(tell, FOLLOW_MS);
    };
    this.#watchers.set(
      root,
      vscode.Disposable.from(
        watcher,
        watcher.onDidCreate(tell),
        watcher.onDidChange(tell),
        watcher.onDidDelete(tell),
        folders,
        folders.onDidCreate(tellTwice),
        folders.onDidDelete(tell),
      ),
    );
  }
}
