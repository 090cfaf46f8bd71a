import { basename } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { applyChanges, setYaml, UnchangeableYamlError } from '../../../core/files/editYaml.ts';
import { swapYaml } from '../../../core/files/moveYaml.ts';
import type { Plan } from '../../../core/pipeline/plan.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import { Messenger } from '../../../protocol/messenger.ts';
import {
  readToSetupHost,
  type SetupAction,
  type SetupAnswers,
  type SetupHostAnswers,
  type SetupStart,
  type SetupView,
  type ToSetup,
  type ToSetupHost,
} from '../../../protocol/setup.ts';
import { columnBeside } from '../../columnBeside.ts';
import type { EndpointProbe } from '../../endpoints/endpointProbe.ts';
import type { ProfileStore } from '../../endpoints/profileStore.ts';
import { COMMANDS, PIPELINE_ENDING } from '../../ids.ts';
import { stepsOf, valueAt } from '../../language/pipelines/pipelineNames.ts';
import { pipelineSkeletons } from '../../language/pipelines/skeletons.ts';
import { yamlDataOf, yamlRangeOf, type YamlPath } from '../../language/pipelines/yamlPlace.ts';
import type { PipelineChecker, PipelineInspection } from '../../language/pipelineChecker.ts';
import type { RunManager } from '../../runs/runManager.ts';
import type { RunSessions } from '../../runs/runSession.ts';
import type { TemplateFiles } from '../../templates/templateFiles.ts';
import { shownRecipes } from '../../wording/shownRecipe.ts';
import { portOf } from '../webviewPort.ts';
import { webviewFolder, webviewPage } from '../webviewPage.ts';
import { changeDocument } from './documentEdits.ts';
import { changeOutput } from './outputEdits.ts';
import { SetupEstimates } from './setupEstimate.ts';
import { writtenValue } from './setupFields.ts';
import { SetupPreviews } from './setupPreviews.ts';
import { actOnTemplate } from './setupTemplates.ts';
import { PIPELINE_KEYS, setupContents, type SetupContents } from './setupView.ts';
import { fittedStep, stepAdditions } from './stepAdditions.ts';

export interface SetupPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly document: vscode.TextDocument;
  readonly extensionUri: vscode.Uri;
  readonly checker: PipelineChecker;
  /** JSON Schema of pipelines. */
  readonly schema: JsonObject;
  readonly profiles: ProfileStore;
  readonly probe: EndpointProbe;
  readonly templates: TemplateFiles;
  readonly runs: RunManager;
  readonly sessions: RunSessions;
  /** Fires when something besides the text changed that a pipeline depends on. */
  readonly surroundings: vscode.Event<unknown>;
  readonly log: vscode.LogOutputChannel;
}

/** A pipeline as a form: shows what its text holds, and changes the text. */
export class SetupPanel implements vscode.Disposable {
  readonly #options: SetupPanelOptions;
  readonly #messenger: Messenger<ToSetupHost, SetupHostAnswers, ToSetup, SetupAnswers>;
  readonly #estimates: SetupEstimates;
  readonly #previews: SetupPreviews;
  readonly #disposables: vscode.Disposable[] = [];
  #inspection: PipelineInspection | undefined;
  #contents: SetupContents | undefined;
  /** Of the text that the contents are of. */
  #version = 0;
  /** Of the last text that was right: what a recipe's steps are while something is wrong. */
  #lastPlan: Plan | null = null;
  #refreshing: Promise<void> = Promise.resolve();
  #isRefreshWanted = false;
  #editing: Promise<void> = Promise.resolve();

  constructor(options: SetupPanelOptions) {
    this.#options = options;
    const { panel, document, extensionUri, runs, sessions, log } = options;
    this.#estimates = new SetupEstimates({
      runs,
      onChange: (estimate) => this.#messenger.notify({ type: 'estimate', estimate }),
    });
    this.#previews = new SetupPreviews({
      ...{ document, runs, sessions, log },
      onChange: (preview) => this.#messenger.notify({ type: 'preview', preview }),
    });
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToSetupHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => this.#start(),
        edit: async ({ path, control, value }) => {
          await this.#set(path, writtenValue(control, value));
          return document.version;
        },
        'choose-source': ({ name }) => this.#chooseSource(name),
        'pick-model': ({ path }) => this.#pickModel(path),
        show: ({ path }) => this.#show(path),
        'show-line': ({ line }) => this.#showRange(new vscode.Range(line - 1, 0, line - 1, 0)),
        template: async ({ step, action }) => {
          const [about, recipe] = [this.#contents?.steps.find(({ id }) => id === step), this.#contents?.recipe?.id];
          const plan = this.#inspection?.plan ?? this.#lastPlan;
          const around = this.#inspection?.around;
          if (about === undefined || plan === null || around === undefined) return;
          const facts = { file: document.uri.fsPath, step: about, plan, around };
          const named = { ...facts, recipe: around.recipes.get(recipe ?? '') };
          const change = await actOnTemplate(action, named, options.templates, columnBeside(panel.viewColumn));
          if (change !== undefined) await this.#set(change.path, change.name);
        },
        'add-step': ({ addition }) => this.#addStep(addition),
        'remove-step': ({ index }) => this.#set(['steps', index], undefined),
        'swap-steps': ({ index }) =>
          this.#change((text) => applyChanges(text, swapYaml(text, ['steps'], index))).catch((error: unknown) => {
            if (!(error instanceof UnchangeableYamlError)) throw error;
            void vscode.window.showWarningMessage(
              l10n.t('These two steps cannot change places in the form: {0}. Move them in the text.', error.message),
            );
          }),
        act: ({ action }) => this.#act(action),
      },
      onError: (error) => {
        log.error(error instanceof Error ? error : String(error));
      },
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(extensionUri)] };
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'setup', l10n.t('Set Up {0}', this.#name));
    const again = (): void => this.#refreshSoon();
    this.#disposables.push(
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === document && event.contentChanges.length > 0) again();
      }),
      // Prompts and other files that the pipeline names.
      vscode.workspace.onDidSaveTextDocument((saved) => {
        if (saved !== document) again();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
      options.surroundings(again),
    );
  }

  dispose(): void {
    this.#messenger.dispose();
    this.#estimates.dispose();
    this.#previews.dispose();
    vscode.Disposable.from(...this.#disposables).dispose();
  }

  get #name(): string {
    return basename(this.#options.document.uri.path, PIPELINE_ENDING);
  }

  async #start(): Promise<SetupStart> {
    await this.#refresh();
    await this.#previews.open();
    return {
      view: this.#view(),
      estimate: this.#estimates.present,
      preview: this.#previews.present,
      wording: { ...l10n.bundle },
      language: vscode.env.language,
    };
  }

  #refreshSoon(): void {
    void this.#refresh().catch((error: unknown) => {
      this.#options.log.error(error instanceof Error ? error : String(error));
    });
  }

  /** Reads the text anew; changes that come meanwhile are taken together. */
  #refresh(): Promise<void> {
    if (this.#isRefreshWanted) return this.#refreshing;
    this.#isRefreshWanted = true;
    this.#refreshing = this.#refreshing
      .catch(() => undefined)
      .then(async () => {
        this.#isRefreshWanted = false;
        await this.#read();
        this.#messenger.notify({ type: 'view', view: this.#view() });
      });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    const { document, checker, schema } = this.#options;
    const [text, file, version] = [document.getText(), document.uri.fsPath, document.version];
    const inspection = await checker.inspect(file, text);
    const { around, diagnostics, plan } = inspection;
    this.#inspection = inspection;
    this.#version = version;
    if (plan !== null) this.#lastPlan = plan;
    const { defaultName } = around;
    const recipes = shownRecipes(around.recipes);
    const profiles = around.profiles.map(({ name, profile }) => ({ name, model: profile.model }));
    const facts = { text, file, recipes, schema, profiles, defaultName, diagnostics };
    const contents = setupContents({ ...facts, plan: plan ?? this.#lastPlan });
    // What is no YAML says little: what was there before is shown on, and cannot be changed.
    const kept = contents.broken === null ? undefined : this.#contents;
    this.#contents = {
      ...(kept ?? contents),
      problems: contents.problems,
      hasErrors: contents.hasErrors,
      broken: contents.broken,
    };
    this.#previews.compare();
    if (plan === null) this.#estimates.forget();
    else this.#estimates.ask(file, text);
  }

  #view(): SetupView {
    const contents = this.#contents;
    if (contents === undefined) throw new Error('Nothing has been read yet');
    const { broken, ...shown } = contents;
    const additions = shown.recipe === null ? stepAdditions(pipelineSkeletons(['steps', 0])) : [];
    return {
      ...shown,
      version: this.#version,
      name: this.#name,
      place: vscode.workspace.asRelativePath(this.#options.document.uri),
      locked: broken === null ? null : l10n.t('The text is no YAML. Until it is, nothing can be changed here.'),
      blocked: vscode.workspace.isTrusted
        ? null
        : l10n.t('Pipelines are checked and run only in workspaces that you trust.'),
      problems: broken === null ? shown.problems : [broken],
      additions: additions.map(({ id, label, description }) => ({ id, label, description })),
    };
  }

  /** Changes one value of the text. One change after the other: each is of the text that the one before left. */
  #set(path: YamlPath, value: Json | undefined): Promise<void> {
    const order = this.#orderAt(path);
    return this.#change((text) =>
      path[0] === 'outputs'
        ? changeOutput(text, path, value, this.#name, order)
        : applyChanges(text, setYaml(text, path, value, { order })),
    );
  }

  #change(make: (text: string) => string): Promise<void> {
    const { document } = this.#options;
    const next = this.#editing.then(async () => {
      await changeDocument(document, make(document.getText()));
    });
    this.#editing = next.catch((error: unknown) => {
      this.#options.log.warn(error instanceof Error ? error.message : String(error));
    });
    return next;
  }

  /** Keys in their usual order, for a new one. */
  #orderAt(path: YamlPath): readonly string[] {
    const recipe = this.#inspection?.around.recipes.get(this.#contents?.recipe?.id ?? '');
    const data = yamlDataOf(this.#options.document.getText());
    const isParameter = path[0] === 'with' && isJsonObject(valueAt(data, ['with']));
    return isParameter && recipe !== undefined ? Object.keys(recipe.parameters) : PIPELINE_KEYS;
  }

  /** Another place to read from: what belongs to the one before goes. */
  async #chooseSource(name: string): Promise<void> {
    const recipe = this.#inspection?.around.recipes.get(this.#contents?.recipe?.id ?? '');
    if (recipe?.exactlyOne.includes(name) !== true) return;
    const example = recipe.parameters[name]?.example ?? [];
    await this.#change((text) => {
      const others = recipe.exactlyOne.filter((other) => other !== name);
      const order = Object.keys(recipe.parameters);
      const set = applyChanges(text, setYaml(text, ['with', name], example, { order }));
      return others.reduce((now, other) => applyChanges(now, setYaml(now, ['with', other], undefined)), set);
    });
  }

  async #pickModel(path: YamlPath): Promise<void> {
    const data = yamlDataOf(this.#options.document.getText());
    const { profiles = [], defaultName } = this.#inspection?.around ?? {};
    const around = [valueAt(data, [...path.slice(0, -1), 'endpoint']), valueAt(data, ['endpoint']), defaultName];
    const endpoint = around.find((name) => typeof name === 'string');
    const known = profiles.find(({ name }) => name === endpoint);
    if (known === undefined) {
      void vscode.window.showInformationMessage(
        l10n.t('Choose an endpoint first: the models are those of its service.'),
      );
      return;
    }
    const { askForModel } = await import('../../endpoints/askForModel.ts');
    const present = valueAt(data, path);
    const chosen = await askForModel(known, typeof present === 'string' ? present : undefined, this.#options);
    if (chosen !== undefined) await this.#set(path, chosen);
  }

  async #addStep(addition: string): Promise<void> {
    const chosen = stepAdditions(pipelineSkeletons(['steps', 0])).find(({ id }) => id === addition);
    if (chosen === undefined) return;
    const steps = stepsOf(yamlDataOf(this.#options.document.getText()));
    const ids = steps.map(({ id }) => (typeof id === 'string' ? id : ''));
    const before = ids.at(-1);
    const known = before === undefined ? undefined : this.#inspection?.around.fields.get(before);
    const step = fittedStep(chosen, new Set(ids), known == null ? undefined : [...known]);
    await this.#set(['steps', steps.length], step);
  }

  /** Shows where a value stands in the text, or would stand. */
  async #show(path: YamlPath): Promise<void> {
    const { document } = this.#options;
    for (let length = path.length; length > 0; length -= 1) {
      const range = yamlRangeOf(document.getText(), path.slice(0, length), 'both');
      if (range === undefined) continue;
      await this.#showRange(new vscode.Range(document.positionAt(range.start), document.positionAt(range.end)));
      return;
    }
    await this.#showRange(undefined);
  }

  async #showRange(selection: vscode.Range | undefined): Promise<void> {
    const { document, panel } = this.#options;
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    await vscode.window.showTextDocument(document, {
      viewColumn: open?.viewColumn ?? columnBeside(panel.viewColumn),
      ...(selection === undefined ? {} : { selection }),
    });
  }

  async #act(action: SetupAction): Promise<void> {
    const { uri } = this.#options.document;
    switch (action) {
      case 'run':
        await vscode.commands.executeCommand(COMMANDS.run, uri);
        return;
      case 'preview':
        await this.#previews.make();
        // What it measured makes the estimate a better one.
        this.#refreshSoon();
        return;
      case 'stop-preview':
        this.#previews.stop();
        return;
      case 'open-text':
        await this.#showRange(undefined);
        return;
      case 'open-studio':
        if (this.#previews.folder !== undefined) {
          await vscode.commands.executeCommand(COMMANDS.openStudio, this.#previews.folder);
        }
        return;
      case 'manage-trust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'eject': {
        const around = this.#inspection?.around;
        if (around === undefined) return;
        const { ejectPipeline } = await import('../../../core/pipeline/ejectPipeline.ts');
        const text = this.#options.document.getText();
        const ejected = await ejectPipeline({ file: uri.fsPath, text }, around);
        await this.#change((now) => (now === text ? ejected : now));
      }
    }
  }
}
