/** A recipe as it is offered: its usual values, and its steps with them. */
import { asksModels } from './askingKinds.ts';
import { expandRecipe } from './expandRecipe.ts';
import { Problems } from './problems.ts';
import { STEP_KINDS } from './pipelineSchema.ts';
import type { Recipe } from './recipeLibrary.ts';
import { resolveParameters } from './recipeParameters.ts';
import { linkSteps } from './stepGraph.ts';
import type { Json } from '../record/json.ts';
import { askedParameters, initialText, readParameter } from './parameterQuestions.ts';

/** The place to read from that is offered first: one with an example; undefined where the recipe has no choice. */
export function offeredSource({ exactlyOne, parameters }: Recipe): string | undefined {
  return exactlyOne.find((name) => parameters[name]?.example !== undefined) ?? exactlyOne[0];
}

/** The values of a person who accepts everything as it is offered. */
export function offeredValues(recipe: Recipe, source = offeredSource(recipe)): Readonly<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const name of askedParameters(recipe, source)) {
    const parameter = recipe.parameters[name];
    if (parameter === undefined) continue;
    const read = readParameter(initialText(parameter), parameter);
    if ('value' in read) values[name] = read.value;
  }
  return values;
}

/** A step of a recipe as it is drawn. */
export interface OutlinedStep {
  readonly id: string;
  readonly kind: string;
  readonly from: readonly string[];
  readonly asks: boolean;
}

/** The steps of a recipe with the values that are offered, each after the ones it reads from. */
export function outlineSteps(recipe: Recipe): readonly OutlinedStep[] {
  const nowhere = { file: recipe.file };
  const problems = new Problems();
  const given = { with: { ...offeredValues(recipe) }, set: {}, locateWith: () => nowhere, recipeAt: nowhere };
  const parameters = resolveParameters(recipe, given, problems);
  const drafts = expandRecipe(recipe, parameters, { recipeAt: nowhere, parameterAt: () => undefined }, problems);
  return linkSteps(drafts, parameters, problems).steps.map(({ draft, from }) => {
    const kind = STEP_KINDS.find((name) => draft.step?.[name] !== undefined) ?? '';
    return { id: draft.id, kind, from: from.map(({ step }) => step), asks: asksModels(kind) };
  });
}
