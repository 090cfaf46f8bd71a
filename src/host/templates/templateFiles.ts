import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { openlineFolderOf } from '../../core/files/userFolder.ts';
import { OPENLINE_FOLDER, PROMPT_ENDING } from '../ids.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';

/** Scheme of the documents that show built-in templates; they cannot be edited. */
export const BUILT_IN_SCHEME = 'openline-builtin';
/** What the key of a built-in template begins with; the others' is their absolute path. */
const BUILT_IN_KEY = 'builtin:';

/** Where a template lives. `user`: the person's own, for every workspace. */
export type TemplateHome = 'workspace' | 'user' | 'builtin';

export interface TemplateEntry {
  /** The file's name without its ending. */
  readonly id: string;
  readonly home: TemplateHome;
  /** What tells it from all others: `builtin:ID`, or its absolute path. */
  readonly key: string;
  /** What opens it. */
  readonly uri: vscode.Uri;
  /** Absolute path of its file. */
  readonly path: string;
}

/** The editor's own chat keeps prompt files of the same ending there. */
export function isChatPrompt(uri: vscode.Uri): boolean {
  return uri.path.includes('/.github/prompts/');
}

/** Whether a document is a template, in a file or built in. */
export function isTemplate(uri: vscode.Uri): boolean {
  return (
    (uri.scheme === 'file' || uri.scheme === BUILT_IN_SCHEME) && uri.path.endsWith(PROMPT_ENDING) && !isChatPrompt(uri)
  );
}

/** The key of a document's template. */
export function keyOf(uri: vscode.Uri): string {
  return uri.scheme === BUILT_IN_SCHEME ? BUILT_IN_KEY + basename(uri.path, PROMPT_ENDING) : uri.fsPath;
}

/** The key of a template by the engine's name for where it comes from; undefined for one written in a pipeline. */
export function keyOfSource(source: string, root: string): string | undefined {
  if (source.startsWith(BUILT_IN_KEY)) return source;
  if (source.startsWith('inline:')) return undefined;
  return isAbsolute(source) ? source : resolve(root, source);
}

/** Folder of the user's own templates: the same as the command's. */
export function userTemplatesFolder(): string {
  return join(openlineFolderOf(process.env, homedir()), 'prompts');
}

/** Folder of a workspace's own templates. */
export function workspaceTemplatesFolder(root: string): string {
  return join(root, OPENLINE_FOLDER, 'prompts');
}

export function builtInUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: BUILT_IN_SCHEME, path: `/${id}${PROMPT_ENDING}` });
}

export interface TemplateFilesOptions {
  /** The templates of the workspace. */
  readonly catalog: FileCatalog;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly userFolder: string;
}

/** All templates there are: built-in ones, the user's, the workspace's. */
export class TemplateFiles implements vscode.Disposable {
  readonly #options: TemplateFilesOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: { dispose(): unknown }[] = [this.#changed];

  /** Fires when templates came or went. */
  readonly onDidChange = this.#changed.event;

  constructor(options: TemplateFilesOptions) {
    this.#options = options;
    this.#disposables.push(
      options.catalog.onDidChange(() => {
        this.#changed.fire();
      }),
    );
  }

  /** By home (workspace, user, built-in), then by path. */
  async list(): Promise<readonly TemplateEntry[]> {
    return this.#entries(await this.#options.catalog.list());
  }

  /** Those of the workspace as they are on the disk at this moment. */
  async ofWorkspace(): Promise<readonly TemplateEntry[]> {
    const entries = await this.#entries(await this.#options.catalog.look());
    return entries.filter(({ home }) => home === 'workspace');
  }

  async #entries(uris: readonly vscode.Uri[]): Promise<readonly TemplateEntry[]> {
    const { library, userFolder } = this.#options;
    const user = await filesOf(userFolder);
    const userPaths = new Set(user);
    const workspace = uris.filter((uri) => isTemplate(uri) && !userPaths.has(uri.fsPath));
    const builtIn = await filesOf(join(library, 'prompts'));
    return [
      ...workspace.map((uri) => entryOf('workspace', uri.fsPath)),
      ...user.map((path) => entryOf('user', path)),
      ...builtIn.map((path): TemplateEntry => {
        const id = basename(path, PROMPT_ENDING);
        return { id, home: 'builtin', key: BUILT_IN_KEY + id, uri: builtInUri(id), path };
      }),
    ];
  }

  async find(key: string): Promise<TemplateEntry | undefined> {
    const known = (await this.list()).find((entry) => entry.key === key);
    if (known !== undefined || !isAbsolute(key) || !key.endsWith(PROMPT_ENDING)) return known;
    // A file that has only just come, or one outside the workspace.
    const info = await stat(key).catch(() => undefined);
    if (info?.isFile() !== true) return undefined;
    return entryOf(dirname(key) === this.#options.userFolder ? 'user' : 'workspace', key);
  }

  /** Text as it stands in the editor, saved or not; else in the file. @throws the file system's error */
  async textOf({ uri, path }: TemplateEntry): Promise<string> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    return open?.getText() ?? readFile(path, 'utf8');
  }

  /** Tells that something changed that watchers may not see: the user's folder lies outside the workspace, others are new. */
  tellChanged(): void {
    this.#options.catalog.refresh();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#disposables).dispose();
  }
}

function entryOf(home: TemplateHome, path: string): TemplateEntry {
  return { id: basename(path, PROMPT_ENDING), home, key: path, uri: vscode.Uri.file(path), path };
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(PROMPT_ENDING))
    .sort()
    .map((name) => join(folder, name));
}

/** Folder, for messages: relative to the workspace where it lies in it. */
export function shownFolder(path: string): string {
  return vscode.workspace.asRelativePath(dirname(path));
}
