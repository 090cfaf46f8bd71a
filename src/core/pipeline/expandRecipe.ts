import { checkValue, type DataPath } from '../files/checkValue.ts';
import type { FilePosition } from '../errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { stepSchema } from './pipelineSchema.ts';
import { isTruthy } from './expression.ts';
import { readSchemaFile } from './planJson.ts';
import type { Problems } from './problems.ts';
import type { StepDraft } from './readPipeline.ts';
import type { Recipe } from './recipeLibrary.ts';
import { evaluateWhen } from './stepGraph.ts';
import { unrollSteps } from './unrollSteps.ts';
import { pathKey, substitute, type Substituted } from './substitute.ts';

/** Where things are that a recipe's steps are made of. */
export interface RecipePlaces {
  /** Where the recipe is named. */
  readonly recipeAt: FilePosition;
  /** Where a parameter (and what is in it) is given; undefined when the default applies. */
  readonly parameterAt: (path: DataPath, part: 'key' | 'value') => FilePosition | undefined;
}

/** The steps of a recipe with its parameters filled in. Of those that are left out only the id and `when` remain. */
export function expandRecipe(
  recipe: Recipe,
  parameters: JsonObject,
  places: RecipePlaces,
  problems: Problems,
): readonly StepDraft[] {
  return unrollSteps(recipe.steps, parameters).map(({ raw, name, ...round }): StepDraft => {
    const { value, stays, origins, problems: found } = fillStep(raw, round.parameters);
    const id = typeof raw['id'] === 'string' ? raw['id'] : '';
    const locate: StepDraft['locate'] = (path, part) => {
      for (let length = path.length; length > 0; length -= 1) {
        const parameter = origins.get(pathKey(path.slice(0, length)));
        if (parameter === undefined) continue;
        return places.parameterAt([parameter, ...path.slice(length)], part) ?? places.recipeAt;
      }
      return places.recipeAt;
    };
    const draft = { id, fromRecipe: true, locate, ...(name === id ? {} : { templateKey: name }) };
    if (!stays) return { ...draft, step: { id, when: false } };
    for (const { path, message } of found) problems.error('bad-expression', message, locate(path, 'value'));
    if (found.length > 0) return { ...draft, step: null };
    const checked = checkValue(value, stepSchema, locate);
    problems.add(checked.diagnostics);
    return { ...draft, step: checked.value ?? null };
  });
}

/**
 * The fields of a recipe's output, after the id; null: all, also where the parameters do not tell which.
 *
 * @param folder that of the pipeline, for parameters that name a file
 */
export async function outputFields(
  { output: { fields }, parameters: declared }: Recipe,
  parameters: JsonObject,
  folder: string,
): Promise<readonly string[] | null> {
  if (fields === null) return null;
  const known: Record<string, Json> = { ...parameters };
  for (const [name, { type }] of Object.entries(declared)) {
    const value = known[name];
    if (type !== 'schema' || typeof value !== 'string') continue;
    // A file that cannot be read is told by the step that needs it.
    const found = (await readSchemaFile(folder, value))?.value;
    known[name] = isJsonObject(found) ? found : null;
  }
  const { value, problems } = substitute(typeof fields === 'string' ? fields : [...fields], known);
  if (problems.length > 0 || !Array.isArray(value)) return null;
  return [...new Set((value as readonly Json[]).filter((name) => typeof name === 'string'))];
}

/** A step of a recipe with its parameters filled in, without its `when`. */
export interface FilledStep extends Substituted {
  /** Whether its `when` lets it stay. */
  readonly stays: boolean;
}

/** Fills in one step. A recipe's `when` has been read before, so that it cannot fail here. */
export function fillStep(raw: JsonObject, parameters: JsonObject): FilledStep {
  const { when = true, ...step } = raw;
  const filled = substitute(step, parameters);
  const condition = typeof when === 'string' ? substitute(when, parameters).value : when;
  const stays = typeof condition === 'string' ? evaluateWhen(condition, parameters) : isTruthy(condition);
  return { ...filled, stays };
}
