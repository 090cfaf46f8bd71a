/** A recipe as a person reads of it. Its words stand in its YAML file; the build hands them to translators like all others. */
import { l10n } from 'vscode';
import type { Recipe } from '../../core/pipeline/recipeLibrary.ts';

export function shownRecipe(recipe: Recipe): Recipe {
  const { title, description, parameters } = recipe;
  return {
    ...recipe,
    title: l10n.t(title),
    description: l10n.t(description),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, { description: help, ...parameter }]) => [
        name,
        { ...parameter, description: l10n.t(help) },
      ]),
    ),
  };
}

/** All of them, by id. */
export function shownRecipes(recipes: ReadonlyMap<string, Recipe>): ReadonlyMap<string, Recipe> {
  return new Map([...recipes].map(([id, recipe]) => [id, shownRecipe(recipe)]));
}
