import { posix } from 'node:path';
import * as vscode from 'vscode';
import { ITEM_KINDS, PIPELINE_ENDING } from '../ids.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { ChangingTree } from './changingTree.ts';

/** A file in the Pipelines view; a click opens it. */
export class FileItem extends vscode.TreeItem {
  readonly uri: vscode.Uri;

  constructor(uri: vscode.Uri, ending: string) {
    const name = posix.basename(uri.path, ending);
    super(name);
    this.uri = uri;
    this.id = uri.toString();
    this.resourceUri = uri;
    const folder = posix.dirname(vscode.workspace.asRelativePath(uri));
    const isTop = folder === '.';
    this.description = isTop ? '' : folder;
    this.tooltip = vscode.workspace.asRelativePath(uri);
    // Without it a screen reader would read the file's ending instead of the name.
    this.accessibilityInformation = { label: isTop ? name : `${name}, ${folder}` };
    this.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
  }
}

export interface FilesTreeOptions {
  readonly catalog: FileCatalog;
  /** What the names of the files end with; the rest is shown. */
  readonly ending: string;
  readonly icon: string;
  /** `viewItem` for menus. */
  readonly kind: string;
}

/** The files of one kind in the workspace. */
export class FilesTree extends ChangingTree<FileItem> {
  readonly #options: FilesTreeOptions;

  static ofPipelines(catalog: FileCatalog): FilesTree {
    return new FilesTree({ catalog, ending: PIPELINE_ENDING, icon: 'list-tree', kind: ITEM_KINDS.pipeline });
  }

  constructor(options: FilesTreeOptions) {
    super();
    this.#options = options;
    this.refreshOn(options.catalog.onDidChange);
  }

  protected override async list(): Promise<FileItem[]> {
    const { catalog, ending, icon, kind } = this.#options;
    const uris = await catalog.list();
    return uris.map((uri) => {
      const item = new FileItem(uri, ending);
      item.iconPath = new vscode.ThemeIcon(icon);
      item.contextValue = kind;
      return item;
    });
  }
}
