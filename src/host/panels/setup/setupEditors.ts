/** Makes the forms of pipelines and the gallery of recipes; loaded when the first of them is opened. */
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { PIPELINE_SCHEMA_FILE } from '../../../core/pipeline/editorSchemas.ts';
import type { EndpointProbe } from '../../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../../endpoints/profileStore.ts';
import { readSchema } from '../../language/pipelines/languageFile.ts';
import type { PipelineChecker } from '../../language/pipelineChecker.ts';
import { lazily } from '../../lazily.ts';
import type { RunManager } from '../../runs/runManager.ts';
import type { RunSessions } from '../../runs/runSession.ts';
import { TemplateFiles, userTemplatesFolder } from '../../templates/templateFiles.ts';
import type { FileCatalog } from '../../workspace/fileCatalog.ts';
import { createGalleryWindow, GalleryPanel } from './galleryPanel.ts';
import { SetupPanel } from './setupPanel.ts';

export interface SetupEditorsOptions {
  readonly extensionUri: vscode.Uri;
  readonly checker: () => Promise<PipelineChecker>;
  /** Folder of the JSON Schemas. */
  readonly schemas: string;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly prompts: FileCatalog;
  readonly runs: RunManager;
  readonly sessions: RunSessions;
  readonly surroundings: vscode.Event<unknown>;
  readonly log: vscode.LogOutputChannel;
}

export class SetupEditors implements vscode.Disposable {
  readonly #options: SetupEditorsOptions;
  readonly #templates: TemplateFiles;
  readonly #schema;
  readonly #forms = new Set<SetupPanel>();
  #gallery: GalleryPanel | undefined;

  constructor(options: SetupEditorsOptions) {
    this.#options = options;
    const { prompts, library, schemas } = options;
    this.#templates = new TemplateFiles({ catalog: prompts, library, userFolder: userTemplatesFolder() });
    this.#schema = lazily(() => readSchema(join(schemas, PIPELINE_SCHEMA_FILE)));
  }

  /** Fills an editor with the form of a pipeline. */
  async open(document: vscode.TextDocument, panel: vscode.WebviewPanel): Promise<void> {
    const [checker, schema] = await Promise.all([this.#options.checker(), this.#schema()]);
    const form = new SetupPanel({ ...this.#options, checker, schema, document, panel, templates: this.#templates });
    this.#forms.add(form);
    panel.onDidDispose(() => {
      this.#forms.delete(form);
      form.dispose();
    });
  }

  showGallery(): void {
    if (this.#gallery === undefined) this.restoreGallery(createGalleryWindow());
    else this.#gallery.reveal();
  }

  /** Fills a panel that the editor brought back after a reload. */
  restoreGallery(panel: vscode.WebviewPanel): void {
    const gallery = new GalleryPanel({ ...this.#options, panel });
    this.#gallery = gallery;
    panel.onDidDispose(() => {
      gallery.dispose();
      if (this.#gallery === gallery) this.#gallery = undefined;
    });
  }

  dispose(): void {
    for (const form of this.#forms) form.dispose();
    this.#gallery?.dispose();
    this.#templates.dispose();
  }
}
