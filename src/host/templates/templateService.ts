/** What the commands about templates need together. */
import type * as vscode from 'vscode';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import type { RunManager } from '../runs/runManager.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import type { TemplateFiles } from './templateFiles.ts';
import type { TemplateUses } from './templateUses.ts';

/** What a preview begins with. */
export interface PreviewWish {
  /** Asks at once. */
  readonly asks: boolean;
}

export interface TemplateDeps {
  readonly templates: TemplateFiles;
  readonly uses: () => Promise<TemplateUses>;
  readonly pipelines: FileCatalog;
  readonly profiles: ProfileStore;
  readonly runs: RunManager;
  /** Folders that may hold `.openline`. */
  readonly roots: () => Promise<readonly string[]>;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  /** Folder of the user's own templates. */
  readonly userFolder: string;
  readonly log: vscode.LogOutputChannel;
  readonly previewTemplate: (uri: vscode.Uri, wish: PreviewWish) => Promise<void>;
}
