import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';

export interface BrowseRecipesDeps {
  readonly showGallery: () => Promise<void>;
}

/** Shows the gallery of recipes, from which a new pipeline can be made. */
export function registerBrowseRecipes({ showGallery }: BrowseRecipesDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.browseRecipes, showGallery);
}
