import * as vscode from 'vscode';
import type { Disposes } from '../disposes.ts';

/** Folders that hold no files of the person's own. */
const EXCLUDED_NAMES = ['node_modules', '.git', 'dist', 'out', '.venv', '__pycache__'];
const EXCLUDED = `**/{${EXCLUDED_NAMES.join(',')}}/**`;
/** After so long without another one, a new folder holds what was written along with it, in milliseconds. */
const FOLLOW_MS = 1000;
/** More than this nobody looks through in a tree. */
const MOST_FILES = 2000;

/** The files of the workspace that match a pattern, found when first asked for and kept up to date from then on. */
export class FileCatalog implements vscode.Disposable {
  readonly #pattern: string;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: Disposes[] = [this.#changed];
  #files: Promise<readonly vscode.Uri[]> | undefined;
  #later: NodeJS.Timeout | undefined;

  /** Fires when files came or went. */
  readonly onDidChange = this.#changed.event;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** The files, sorted by path. */
  list(): Promise<readonly vscode.Uri[]> {
    if (this.#files === undefined) {
      this.#watch();
      this.#files = this.#find();
    }
    return this.#files;
  }

  /** The same, as it is on the disk at this moment: for what must not miss a file that has only just come. */
  look(): Promise<readonly vscode.Uri[]> {
    return this.#find();
  }

  /** Looks again, for whoever wrote a file: one in a new folder may come before the system watches that folder, and is never told. */
  refresh(): void {
    const files = this.#find();
    // Those who listen find the new list ready: a view that is being filled knows none of its items.
    void files.finally(() => {
      if (this.#files !== undefined) this.#files = files;
      this.#changed.fire();
    });
  }

  dispose(): void {
    clearTimeout(this.#later);
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #find(): Promise<readonly vscode.Uri[]> {
    const found = await vscode.workspace.findFiles(this.#pattern, EXCLUDED, MOST_FILES);
    const order = new Intl.Collator(vscode.env.language, { numeric: true });
    // By their names alone: of `tides` and `tides-2` the first is the shorter.
    const name = ({ path }: vscode.Uri): string => path.replace(/\.[^/]*$/u, '');
    return found.sort((a, b) => order.compare(name(a), name(b)) || order.compare(a.path, b.path));
  }

  #watch(): void {
    if (this.#disposables.length > 1) return;
    const watcher = vscode.workspace.createFileSystemWatcher(this.#pattern, false, true);
    // A file that follows its new folder at once may come before the system watches that folder, and is never told.
    const folders = vscode.workspace.createFileSystemWatcher('**', false, true, true);
    const refresh = (): void => {
      this.refresh();
    };
    this.#disposables.push(
      watcher,
      watcher.onDidCreate(refresh),
      watcher.onDidDelete(refresh),
      folders,
      folders.onDidCreate(({ path }) => {
        if (!mayBeFolder(path)) return;
        clearTimeout(this.#later);
        this.#later = setTimeout(() => void this.#lookAgain(), FOLLOW_MS);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(refresh),
    );
  }

  /** Tells only if something has come or gone. */
  async #lookAgain(): Promise<void> {
    const [known, now] = await Promise.all([this.#files ?? [], this.#find()]);
    if (known.map(String).join('\n') !== now.map(String).join('\n')) this.refresh();
  }
}

/** Whether something new may be a folder that holds files of the person's own. */
function mayBeFolder(path: string): boolean {
  const names = path.split('/');
  const [name = ''] = names.slice(-1);
  return !name.slice(1).includes('.') && !names.some((part) => EXCLUDED_NAMES.includes(part));
}
