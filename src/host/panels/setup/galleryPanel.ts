import { join } from 'node:path';
import * as vscode from 'vscode';
import { l10n } from 'vscode';
import { loadRecipes, type Recipe } from '../../../core/pipeline/recipeLibrary.ts';
import {
  readToGalleryHost,
  type GalleryAnswers,
  type GalleryHostAnswers,
  type GalleryRecipe,
  type GalleryStart,
  type ToGallery,
  type ToGalleryHost,
} from '../../../protocol/gallery.ts';
import { Messenger } from '../../../protocol/messenger.ts';
import type { ProfileStore } from '../../endpoints/profileStore.ts';
import { COMMANDS, GALLERY_PANEL, SETUP_EDITOR } from '../../ids.ts';
import { inUsualOrder } from '../../newPipeline/askForPipeline.ts';
import { offeredValues, outlineSteps } from '../../../core/pipeline/recipeOutline.ts';
import {
  chooseFolder,
  freeName,
  namesIn,
  pipelineNameProblem,
  writePipeline,
} from '../../newPipeline/writePipeline.ts';
import { shownRecipe } from '../../wording/shownRecipe.ts';
import { portOf } from '../webviewPort.ts';
import { dressPanel, webviewPage } from '../webviewPage.ts';

export interface GalleryPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  readonly profiles: ProfileStore;
  /** Folder of the built-in recipes and templates. */
  readonly library: string;
  readonly log: vscode.LogOutputChannel;
}

/** An empty panel for the gallery. */
export function createGalleryWindow(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(GALLERY_PANEL, l10n.t('Recipes'), vscode.ViewColumn.Active);
}

/** All recipes: what each makes, and a new pipeline of it. */
export class GalleryPanel implements vscode.Disposable {
  readonly #options: GalleryPanelOptions;
  readonly #messenger: Messenger<ToGalleryHost, GalleryHostAnswers, ToGallery, GalleryAnswers>;

  constructor(options: GalleryPanelOptions) {
    this.#options = options;
    const { panel, extensionUri, log } = options;
    this.#messenger = new Messenger({
      port: portOf(panel.webview),
      readMessage: readToGalleryHost,
      readAnswer: (_type, value) => value,
      handlers: {
        ready: () => this.#start(),
        create: ({ recipe, name }) => this.#create(recipe, name.trim()),
        ask: async () => {
          await vscode.commands.executeCommand(COMMANDS.newPipeline);
        },
      },
      onError: (error) => {
        log.error(error instanceof Error ? error : String(error));
      },
    });
    dressPanel(panel, extensionUri);
    panel.webview.html = webviewPage(panel.webview, extensionUri, 'gallery', panel.title);
  }

  reveal(): void {
    this.#options.panel.reveal();
  }

  dispose(): void {
    this.#messenger.dispose();
  }

  async #recipes(): Promise<readonly Recipe[]> {
    return inUsualOrder([...(await loadRecipes(join(this.#options.library, 'recipes'))).values()].map(shownRecipe));
  }

  async #start(): Promise<GalleryStart> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const taken = folder === undefined ? new Set<string>() : await namesIn(folder.uri);
    const recipes = (await this.#recipes()).map((recipe) => shown(recipe, freeName(recipe.id, taken)));
    return { recipes, wording: { ...l10n.bundle }, language: vscode.env.language };
  }

  /** @returns what is wrong, in a sentence; null: the pipeline is there, and open */
  async #create(id: string, name: string): Promise<string | null> {
    const recipe = (await this.#recipes()).find((candidate) => candidate.id === id);
    if (recipe === undefined) return l10n.t('There is no recipe {0}.', id);
    const folder = await chooseFolder();
    if (folder === undefined) return l10n.t('Open a folder to keep pipelines and their data in.');
    const problem = pipelineNameProblem(name, await namesIn(folder));
    if (problem !== undefined) return problem;
    const { library, profiles: store } = this.#options;
    const { profiles, defaultName } = await store.all();
    const endpoint = profiles.find((known) => known.name === defaultName) ?? profiles.at(-1);
    const draft = { recipe, endpoint: endpoint?.name ?? 'sample', model: '', values: offeredValues(recipe), name };
    const file = await writePipeline(folder, draft, library);
    await vscode.commands.executeCommand('vscode.openWith', file, SETUP_EDITOR);
    return null;
  }
}

function shown(recipe: Recipe, name: string): GalleryRecipe {
  const { id, title, description, example, parameters } = recipe;
  return {
    ...{ id, title, description, name },
    example: { ...example },
    steps: outlineSteps(recipe).map((step) => ({ ...step, from: [...step.from] })),
    parameters: Object.entries(parameters)
      .filter(([, parameter]) => parameter.advanced !== true)
      .map(([parameter, { description: text }]) => ({ name: parameter, description: text })),
  };
}
