import { checkValue, type DataPath } from '../files/checkValue.ts';
import type { FilePosition } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import { stepSchema } from './pipelineSchema.ts';
import type { Problems } from './problems.ts';
import type { StepDraft } from './readPipeline.ts';
import type { Recipe } from './recipeLibrary.ts';
import { pathKey, substitute } from './substitute.ts';

/** Where things are that a recipe's steps are made of. */
export interface RecipePlaces {
  /** Where the recipe is named. */
  readonly recipeAt: FilePosition;
  /** Where a parameter (and what is in it) is given; undefined when the default applies. */
  readonly parameterAt: (path: DataPath, part: 'key' | 'value') => FilePosition | undefined;
}

/** The steps of a recipe with its parameters filled in. */
export function expandRecipe(
  recipe: Recipe,
  parameters: JsonObject,
  places: RecipePlaces,
  problems: Problems,
): readonly StepDraft[] {
  return recipe.steps.map((raw): StepDraft => {
    const filled = substitute(raw, parameters);
    const locate: StepDraft['locate'] = (path, part) => {
      for (let length = path.length; length > 0; length -= 1) {
        const parameter = filled.origins.get(pathKey(path.slice(0, length)));
        if (parameter === undefined) continue;
        return places.parameterAt([parameter, ...path.slice(length)], part) ?? places.recipeAt;
      }
      return places.recipeAt;
    };
    for (const { path, message } of filled.problems) problems.error('bad-expression', message, locate(path, 'value'));
    const id = typeof raw['id'] === 'string' ? raw['id'] : '';
    if (filled.problems.length > 0) return { id, step: null, fromRecipe: true, locate };
    const checked = checkValue(filled.value, stepSchema, locate);
    problems.add(checked.diagnostics);
    return { id, step: checked.value ?? null, fromRecipe: true, locate };
  });
}
