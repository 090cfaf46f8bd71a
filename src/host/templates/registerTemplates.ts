/** Puts the parts about templates together: view, commands, language, preview. What is heavy loads when it is first needed. */
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import * as vscode from 'vscode';
import type { Fate } from './templateFates.ts';
import type { ProfileStore } from '../endpoints/profileStore.ts';
import { PIPELINE_ENDING, PROMPT_ENDING } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { ChildStart } from '../runs/askChild.ts';
import type { RunManager } from '../runs/runManager.ts';
import { PromptsTree } from '../trees/promptsTree.ts';
import type { FileCatalog } from '../workspace/fileCatalog.ts';
import { watchPromptDocuments } from './promptDocuments.ts';
import { BUILT_IN_SCHEME, keyOfSource, TemplateFiles, userTemplatesFolder } from './templateFiles.ts';
import type { TemplateDeps } from './templateService.ts';

export interface TemplatesOptions {
  readonly extensionUri: vscode.Uri;
  /** How child processes are started. */
  readonly start: ChildStart;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly pipelines: FileCatalog;
  readonly prompts: FileCatalog;
  readonly profiles: ProfileStore;
  readonly profilesChanged: vscode.Event<unknown>;
  readonly roots: () => Promise<readonly string[]>;
  readonly runs: RunManager;
  readonly log: vscode.LogOutputChannel;
}

/** What of it the extension announces by name. */
export interface Templates extends vscode.Disposable {
  readonly tree: PromptsTree;
  /** Files that are dropped on the view are imported. */
  readonly drop: { readonly handleDrop: (target: unknown, transfer: vscode.DataTransfer) => Promise<void> };
  /** Loads the commands; what it resolves with registers them. */
  readonly commands: () => Promise<() => vscode.Disposable>;
  /** Fills a panel that the editor brought back after a reload. */
  readonly restorePreview: (panel: vscode.WebviewPanel, state: unknown) => Promise<void>;
}

export function registerTemplates(options: TemplatesOptions): Templates {
  const { library, pipelines, prompts, profiles, runs, log, roots } = options;
  const userFolder = userTemplatesFolder();
  const templates = new TemplateFiles({ catalog: prompts, library, userFolder });
  const uses = lazily(async () => {
    const { TemplateUses } = await import('./templateUses.ts');
    const index = new TemplateUses({ files: templates, pipelines, profiles, library, userFolder, log });
    templates.onDidChange(() => {
      index.forget();
    });
    return index;
  });
  const fates = lazily(async () => {
    const { TemplateFates } = await import('./templateFates.ts');
    return new TemplateFates(keyOfSource);
  });
  const allFates = async (): Promise<ReadonlyMap<string, Fate>> => {
    const stamps = (await runs.list()).map((run) => ({
      folder: run.folder,
      stamp: `${run.state} ${run.finishedAt ?? ''}`,
    }));
    return (await fates()).of(stamps);
  };
  const pipelinesChanged = pipelineChanges(pipelines);
  const late: vscode.Disposable[] = [];
  const preview = lazily(async () => {
    const { PreviewPanels } = await import('../panels/previewPanels.ts');
    const panels = new PreviewPanels({ ...options, templates, uses: await uses() });
    late.push(panels);
    return panels;
  });
  const language = lazily(async () => {
    const { registerPromptLanguage } = await import('../language/prompts/promptLanguage.ts');
    const { event } = pipelinesChanged;
    const surroundings = anyOf(event, templates.onDidChange, options.profilesChanged, runs.onDidChange);
    const fateOf = async (key: string): Promise<Fate | undefined> => (await allFates()).get(key);
    late.push(registerPromptLanguage({ uses: await uses(), fateOf, log, surroundings }));
  });
  const onError = (error: unknown): void => {
    log.error(error instanceof Error ? error : String(error));
  };
  const tree = new PromptsTree({
    files: templates,
    uses,
    fates: allFates,
    refresh: [pipelinesChanged.event, runs.onDidChange, vscode.workspace.onDidGrantWorkspaceTrust],
  });
  const deps: TemplateDeps = {
    ...{ templates, uses, pipelines, profiles, runs, roots, library, userFolder, log },
    previewTemplate: async (uri, wish) => (await preview()).show(uri, wish),
  };
  const registrations = vscode.Disposable.from(
    ...[templates, pipelinesChanged, tree],
    vscode.workspace.registerTextDocumentContentProvider(BUILT_IN_SCHEME, {
      provideTextDocumentContent: ({ path }) => readFile(join(library, 'prompts', posix.basename(path)), 'utf8'),
    }),
    watchPromptDocuments(language, onError),
  );
  return {
    ...{ tree, drop: dropsOf(deps, onError) },
    commands: async () => {
      const { registerTemplateCommands } = await import('./templateCommands.ts');
      return () => registerTemplateCommands(deps);
    },
    restorePreview: async (panel, state) => (await preview()).restore(panel, state),
    dispose: () => {
      vscode.Disposable.from(registrations, ...late).dispose();
    },
  };
}

/** Tells when the text of a pipeline changed, in the editor or on the disk, once for several changes in a row. */
function pipelineChanges(pipelines: FileCatalog): vscode.Disposable & { readonly event: vscode.Event<void> } {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changed.fire();
  };
  let timer: NodeJS.Timeout | undefined;
  const subscriptions = vscode.Disposable.from(
    changed,
    pipelines.onDidChange(fire),
    vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      if (uri.path.endsWith(PIPELINE_ENDING) || uri.path.endsWith(PROMPT_ENDING)) fire();
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (!document.uri.path.endsWith(PIPELINE_ENDING)) return;
      clearTimeout(timer);
      timer = setTimeout(fire, 300);
    }),
  );
  return {
    event: changed.event,
    dispose: () => {
      clearTimeout(timer);
      subscriptions.dispose();
    },
  };
}

function anyOf(...events: readonly vscode.Event<unknown>[]): vscode.Event<unknown> {
  return (listener) => vscode.Disposable.from(...events.map((event) => event((value) => void listener(value))));
}

function dropsOf(deps: TemplateDeps, onError: (error: unknown) => void): Templates['drop'] {
  return {
    async handleDrop(_target, transfer) {
      const list = (await transfer.get('text/uri-list')?.asString()) ?? '';
      const uris = list.split(/\r?\n/u).filter((line) => line !== '' && !line.startsWith('#'));
      const { importTemplates } = await import('./importTemplates.ts');
      for (const uri of uris) await importTemplates(vscode.Uri.parse(uri).fsPath, deps).catch(onError);
    },
  };
}
