import { RECIPE_PLACES } from './curatorConstants.ts';

/** Imported templates by the keys of a recipe's `prompts:`. */
export interface RecipePrompts {
  readonly recipe: string;
  /** By key: what the pipeline calls the template, and those that may stand there instead. */
  readonly prompts: readonly {
    readonly key: string;
    readonly name: string;
    readonly alternatives: readonly string[];
  }[];
}

/**
 * Tells for each recipe which imported templates belong into its `prompts:`.
 *
 * @param names what a pipeline calls the imported templates, by the id of the built-in template of the same purpose
 * @param hasStep whether there is such a recipe with such a step
 */
export function placePrompts(
  names: ReadonlyMap<string, string>,
  hasStep: (recipe: string, step: string) => boolean,
): readonly RecipePrompts[] {
  return Object.entries(RECIPE_PLACES).flatMap(([recipe, places]): RecipePrompts[] => {
    const steps = Object.keys(places).filter((key) => key !== 'conversion');
    if (!steps.every((step) => hasStep(recipe, step))) return [];
    const prompts = Object.entries(places).flatMap(([key, purposes]) => {
      const [name, ...alternatives] = purposes.flatMap((purpose) => names.get(purpose) ?? []);
      return name === undefined ? [] : [{ key, name, alternatives }];
    });
    // The conversion alone is no reason to list every recipe.
    return prompts.some(({ key }) => key !== 'conversion') ? [{ recipe, prompts }] : [];
  });
}

/** A recipe's templates as YAML, to be pasted into a pipeline. */
export function writePromptsBlock({ recipe, prompts }: RecipePrompts): string {
  const lines = prompts.map(({ key, name, alternatives }) => {
    const others = alternatives.length === 0 ? '' : `   # or ${alternatives.join(', ')}`;
    return `  ${key}: ${/^[\w./-]+$/u.test(name) ? name : JSON.stringify(name)}${others}`;
  });
  return [`# recipe: ${recipe}`, 'prompts:', ...lines].join('\n');
}
