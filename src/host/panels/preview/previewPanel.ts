import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import type { Template } from '../../../core/prompts/template.ts';
import { Messenger } from '../../../protocol/messenger.ts';
import {
  readToPreviewHost,
  type PreviewAnswers,
  type PreviewHostAnswers,
  type PreviewStart,
  type PreviewState,
  type PreviewView,
  type ToPreview,
  type ToPreviewHost,
  type VersionKind,
} from '../../../protocol/preview.ts';
import type { EndpointProbe } from '../../endpoints/endpointProbe.ts';
import type { KnownProfile, ProfileStore } from '../../endpoints/profileStore.ts';
import { PROMPT_ENDING } from '../../ids.ts';
import type { RunManager } from '../../runs/runManager.ts';
import type { QuestionChild } from '../../templates/questionChild.ts';
import { BUILT_IN_SCHEME, keyOf, shownFolder, type TemplateFiles } from '../../templates/templateFiles.ts';
import type { PipelineUse, TemplateUses } from '../../templates/templateUses.ts';
import { portOf } from '../webviewPort.ts';
import { dressPanel, webviewPage } from '../webviewPage.ts';
import { chooseRecordFile } from './chooseRecord.ts';
import { PreviewColumns } from './previewColumns.ts';
import { RecordReader, type ChosenRecord } from './previewRecord.ts';
import { findValues, readText, type FoundValue, type ValueOrigins } from './previewText.ts';
import { chooseOther, PreviewVersions, versionLabel } from './previewVersions.ts';

/** Characters of a value that the list of values shows. */
const SHOWN_VALUE = 200;
/** Pieces of an answer that come within this time are shown together, in milliseconds. */
const CHUNK_MS = 40;

export interface PreviewPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly document: vscode.TextDocument;
  readonly extensionUri: vscode.Uri;
  readonly profiles: ProfileStore;
  readonly profilesChanged: vscode.Event<unknown>;
  readonly runs: RunManager;
  readonly templates: TemplateFiles;
  readonly uses: TemplateUses;
  readonly child: QuestionChild;
  readonly probe: EndpointProbe;
  readonly log: vscode.LogOutputChannel;
  /** What the panel showed before the window was loaded anew. */
  readonly kept?: PreviewState;
}

/** The panel that shows what a template comes to, and what models answer. */
export class PreviewPanel implements vscode.Disposable {
  readonly #options: PreviewPanelOptions;
  readonly #messenger: Messenger<ToPreviewHost, PreviewHostAnswers, ToPreview, PreviewAnswers>;
  readonly #versions: PreviewVersions;
  readonly #columns: PreviewColumns;
  readonly #records = new RecordReader();
  readonly #disposables: vscode.Disposable[] = [];
  readonly #chunks = new Map<number, string>();
  #chunkTimer: NodeJS.Timeout | undefined;
  #document: vscode.TextDocument;
  #record: ChosenRecord | undefined;
  #recordProblem: string | null = null;
  #uses: readonly PipelineUse[] = [];
  /** Pipeline and step whose values are filled in; null: the first that uses the template. */
  #chosenUse: string | null;
  #builtIns: ReadonlyMap<string, Template> = new Map();
  #profiles: readonly KnownProfile[] = [];
  #prepared: Promise<void> | undefined;
  #refreshing: Promise<void> = Promise.resolve();
  #isRefreshWanted = false;

  constructor(options: PreviewPanelOptions) {
    this.#options = options;
    this.#document = options.document;
    const { panel, extensionUri, kept } = options;
    const { uri } = options.document;
    this.#versions = new PreviewVersions(options.templates, uri.fsPath, () => this.#document.getText());
    this.#columns = new PreviewColumns({
      child: options.child,
      profiles: options.profiles,
      onChange: () => {
        this.#tell();
      },
      noValue: (name) =>
        l10n.t('There is no value for {0}: give it one under sample in the front matter.', `{${name}}`),
      onChunk: (column, text) => {
        this.#holdChunk(column, text);
      },
    });
    this.#chosenUse = kept?.use ?? null;
    if (kept !== undefined) this.#columns.restore(kept.columns);
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToPreviewHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => this.#start(),
        try: async ({ column }) => this.ask(column),
        stop: ({ column }) => {
          this.#columns.stop(column);
        },
        'add-column': async () => {
          this.#columns.add();
          await this.#refresh();
        },
        'remove-column': ({ column }) => {
          this.#columns.remove(column);
        },
        'choose-endpoint': async ({ column, endpoint }) => {
          this.#columns.choose(column, { endpoint, model: this.#modelOf(endpoint) });
          await this.#refresh();
        },
        'choose-model': ({ column, model }) => {
          this.#columns.choose(column, { model });
        },
        'pick-model': async ({ column }) => this.#pickModel(column),
        'choose-use': async ({ index }) => this.#chooseUse(index),
        'choose-version': async ({ column, kind }) => this.#chooseVersion(column, kind),
        'use-sample': async () => {
          this.#record = undefined;
          this.#recordProblem = null;
          await this.#refresh();
        },
        'pick-record': async () => {
          const path = await chooseRecordFile(options.runs);
          if (path !== undefined) await this.#readRecord(path, 0);
        },
        'go-to-record': async ({ index }) => {
          if (this.#record !== undefined) await this.#readRecord(this.#record.path, index);
        },
        'open-template': async () => {
          await vscode.window.showTextDocument(this.#document, { viewColumn: vscode.ViewColumn.One });
        },
      },
      onError: (error) => {
        options.log.error(error instanceof Error ? error : String(error));
      },
    });
    dressPanel(panel, extensionUri);
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'preview', panel.title);
    const { workspace } = vscode;
    this.#disposables.push(
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.uri.toString()) {
          this.#document = document;
          this.#refreshSoon();
        }
      }),
      workspace.onDidOpenTextDocument((document) => {
        // The language of a document changes by closing and opening it.
        if (document.uri.toString() === this.uri.toString()) this.#document = document;
      }),
      workspace.onDidSaveTextDocument(() => {
        this.#surroundingsChanged();
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        this.#surroundingsChanged();
      }),
      options.profilesChanged(() => {
        this.#surroundingsChanged();
      }),
    );
  }

  /** The template that it shows. */
  get uri(): vscode.Uri {
    return this.#document.uri;
  }

  reveal(): void {
    this.#options.panel.reveal(undefined, true);
  }

  /** Asks the endpoint of a column, or of all. What is wrong is shown in the panel. */
  async ask(column: number | null): Promise<void> {
    await this.#refresh();
    if (vscode.workspace.isTrusted) await this.#columns.ask(column);
  }

  dispose(): void {
    clearTimeout(this.#chunkTimer);
    this.#columns.stop(null);
    this.#messenger.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  async #start(): Promise<PreviewStart> {
    await this.#refresh();
    return { view: this.#view(), wording: { ...l10n.bundle }, language: vscode.env.language };
  }

  #surroundingsChanged(): void {
    this.#prepared = undefined;
    this.#refreshSoon();
  }

  #refreshSoon(): void {
    void this.#refresh().catch((error: unknown) => {
      this.#options.log.error(error instanceof Error ? error : String(error));
    });
  }

  /** Renders everything anew, one after the other: changes that come meanwhile are taken together. */
  #refresh(): Promise<void> {
    if (this.#isRefreshWanted) return this.#refreshing;
    this.#isRefreshWanted = true;
    this.#refreshing = this.#refreshing
      .catch(() => undefined)
      .then(async () => {
        this.#isRefreshWanted = false;
        await (this.#prepared ??= this.#prepare());
        await this.#columns.render(
          (version) => this.#versions.textOf(version),
          (text) => this.#origins(text.sample),
        );
        this.#tell();
      });
    return this.#refreshing;
  }

  /** Looks at what surrounds the template. */
  async #prepare(): Promise<void> {
    const { uses, profiles, kept } = this.#options;
    const key = keyOf(this.uri);
    this.#uses = await uses.of(key);
    this.#builtIns = await uses.builtIns();
    this.#profiles = (await profiles.all()).profiles;
    const use = this.#use();
    const ask = (use?.ask === undefined ? this.#uses.find((other) => other.ask !== undefined) : use)?.ask;
    const usual = this.#profiles.find(({ name }) => name === ask?.endpoint) ?? this.#profiles.at(-1);
    const model = ask?.endpoint === usual?.name ? (ask?.model ?? '') : (usual?.profile.model ?? '');
    this.#columns.setProfiles(
      this.#profiles,
      { endpoint: usual?.name ?? '', model },
      ask?.generation ?? {},
      use?.schema,
    );
    if (kept?.record != null && this.#record === undefined) {
      this.#record = await this.#records.read(kept.record.path, kept.record.index).catch(() => undefined);
    }
  }

  /** The step whose values are filled in. */
  #use(): PipelineUse | undefined {
    return this.#uses.find((use) => markOf(use) === this.#chosenUse) ?? this.#uses[0];
  }

  async #chooseUse(index: number): Promise<void> {
    const use = this.#uses[index];
    if (use === undefined) return;
    this.#chosenUse = markOf(use);
    this.#prepared = undefined;
    const { ask } = use;
    if (ask !== undefined && this.#profiles.some(({ name }) => name === ask.endpoint)) this.#columns.askAs(ask);
    await this.#refresh();
  }

  async #pickModel(column: number): Promise<void> {
    const { endpoint, model } = this.#columns.view().find(({ id }) => id === column) ?? {};
    const known = this.#profiles.find(({ name }) => name === endpoint);
    if (known === undefined) return;
    const { askForModel } = await import('../../endpoints/askForModel.ts');
    const chosen = await askForModel(known, model, this.#options);
    if (chosen !== undefined) this.#columns.choose(column, { model: chosen });
  }

  #modelOf(endpoint: string): string {
    const ask = [this.#use(), ...this.#uses].find((use) => use?.ask?.endpoint === endpoint)?.ask;
    return ask?.model ?? this.#profiles.find(({ name }) => name === endpoint)?.profile.model ?? '';
  }

  #origins(sample: ValueOrigins['sample']): ValueOrigins {
    const use = this.#use();
    const own = keyOf(this.uri).replace(/^builtin:/u, '');
    const builtIn = this.#builtIns.get(use?.replaces ?? own)?.sample ?? {};
    return { bind: use?.bind ?? {}, record: this.#record?.fields, pipeline: use?.values ?? {}, sample, builtIn };
  }

  async #readRecord(path: string, index: number): Promise<void> {
    try {
      this.#record = await this.#records.read(path, index);
      const { total, fields } = this.#record;
      this.#recordProblem =
        total === 0
          ? l10n.t('The file has no records.')
          : fields === undefined
            ? l10n.t('This line is no JSON object.')
            : null;
    } catch (error) {
      this.#recordProblem = error instanceof Error ? error.message : String(error);
    }
    await this.#refresh();
  }

  async #chooseVersion(column: number, kind: VersionKind): Promise<void> {
    const other = kind === 'other' ? await chooseOther(this.#options.templates, keyOf(this.uri)) : null;
    // Left without a choice: the panel shows again what there was.
    if (other !== undefined) this.#columns.choose(column, { version: { kind, other } });
    await this.#refresh();
  }

  #holdChunk(column: number, text: string): void {
    this.#chunks.set(column, (this.#chunks.get(column) ?? '') + text);
    this.#chunkTimer ??= setTimeout(() => {
      this.#chunkTimer = undefined;
      for (const [id, held] of this.#chunks) this.#messenger.notify({ type: 'chunk', column: id, text: held });
      this.#chunks.clear();
    }, CHUNK_MS);
  }

  #tell(): void {
    // What is held is part of the view.
    this.#chunks.clear();
    this.#messenger.notify({ type: 'view', view: this.#view() });
  }

  #view(): PreviewView {
    const text = readText(this.#document.getText());
    const values = findValues(text.placeholders, this.#origins(text.sample));
    const { uri } = this;
    return {
      name: basename(uri.path, PROMPT_ENDING),
      place: uri.scheme === BUILT_IN_SCHEME ? l10n.t('built-in') : shownFolder(uri.fsPath),
      values: {
        file: this.#record === undefined ? null : vscode.workspace.asRelativePath(this.#record.path),
        index: this.#record?.index ?? 0,
        total: this.#record?.total ?? 0,
        entries: text.placeholders.map((name) => entryOf(name, values.get(name))),
        problem: this.#recordProblem,
        uses: this.#uses.map(({ pipeline, step }) => l10n.t('{0}, step {1}', pipeline, step)),
        use: Math.max(
          0,
          this.#uses.findIndex((use) => use === this.#use()),
        ),
      },
      columns: this.#columns.view(),
      endpoints: this.#profiles.map(({ name }) => ({ name })),
      versions: (['text', 'saved', 'head', 'other'] as const)
        .filter((kind) => uri.scheme !== BUILT_IN_SCHEME || kind === 'text' || kind === 'other')
        .map((kind) => ({ kind, label: versionLabel({ kind, other: null }) })),
      blocked: vscode.workspace.isTrusted ? null : l10n.t('Models are asked only in workspaces that you trust.'),
      keep: {
        uri: uri.toString(),
        record: this.#record === undefined ? null : { path: this.#record.path, index: this.#record.index },
        use: this.#chosenUse,
        columns: this.#columns.keep(),
      } satisfies PreviewState,
    };
  }
}

function markOf({ file, step }: PipelineUse): string {
  return `${file}\n${step}`;
}

function entryOf(name: string, found: FoundValue | undefined): PreviewView['values']['entries'][number] {
  const value = found === undefined ? '' : String(found.value);
  return {
    name,
    value: value.length > SHOWN_VALUE ? `${value.slice(0, SHOWN_VALUE)}…` : value,
    from: found?.from ?? 'missing',
  };
}
