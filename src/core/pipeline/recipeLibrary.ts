import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unknownName } from '../files/checkValue.ts';
import { checkYaml, YamlSource } from '../files/yamlSource.ts';
import { InvalidInputError, type Diagnostic } from '../errors.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { isJsonObject } from '../record/json.ts';
import { ExpressionError, parseExpression } from './expression.ts';
import {
  ANSWER_PARAMETERS,
  companionsOf,
  LIST_PARAMETERS,
  recipeSchema,
  type RecipeParameter,
} from './recipeSchema.ts';
import { namesUsed } from './substitute.ts';
import { everyStep, repeatedSteps, ROUND } from './unrollSteps.ts';

/** A built-in pipeline with declared parameters. */
export interface Recipe {
  /** The file's name without its ending. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** By name, in the order in which a form shows them; those that all recipes of its sort have come last. */
  readonly parameters: Readonly<Record<string, RecipeParameter>>;
  /** Parameters of which exactly one must be given; empty: no such rule. */
  readonly exactlyOne: readonly string[];
  /** A record as the recipe makes them, without its id. */
  readonly example: JsonObject;
  /** As written, with `${…}`. */
  readonly steps: readonly JsonObject[];
  readonly output: {
    /** Step whose records are written; null: the last one. */
    readonly from: string | null;
    /** After the id, with `${…}` where they depend on parameters (see outputFields); null: all. */
    readonly fields: readonly string[] | string | null;
  };
  /** The recipe's own file, with its text. */
  readonly file: string;
  readonly text: string;
}

const RECIPE_ENDING = '.yaml';

/**
 * Reads the built-in recipes: every `*.yaml` of a folder, by id, in code-unit order of the ids.
 *
 * @throws InvalidInputError with the mistakes of all files, or when the folder cannot be read
 */
export async function loadRecipes(folder: string): Promise<ReadonlyMap<string, Recipe>> {
  const names = await readdir(folder).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw InvalidInputError.of('missing-folder', `the folder of the recipes cannot be read: ${reason}`, {
      file: folder,
    });
  });
  const files = names.filter((name) => name.endsWith(RECIPE_ENDING)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const recipes = new Map<string, Recipe>();
  const diagnostics: Diagnostic[] = [];
  for (const [index, name] of files.entries()) {
    try {
      const recipe = parseRecipe(name.slice(0, -RECIPE_ENDING.length), join(folder, name), texts[index] ?? '');
      recipes.set(recipe.id, recipe);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      diagnostics.push(...error.diagnostics);
    }
  }
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return recipes;
}

/** Reads one recipe. @throws InvalidInputError with every mistake, parameters that no step uses among them */
export function parseRecipe(id: string, file: string, text: string): Recipe {
  const source = new YamlSource(file, text);
  const checked = checkYaml(source, recipeSchema);
  if (!('value' in checked)) throw new InvalidInputError(checked.diagnostics);
  const { title, description, example, exactly_one: exactlyOne = [], output, steps } = checked.value;
  const own = checked.value.parameters;
  const common = { ...(readsLists(steps) ? LIST_PARAMETERS : {}), ...(asksModels(steps) ? ANSWER_PARAMETERS : {}) };
  const diagnostics: Diagnostic[] = [];

  const used = new Set<string>([...exactlyOne, ...Object.values(own).flatMap(relatedNames)]);
  for (const name of used) {
    if (name in own) continue;
    diagnostics.push(source.problemAt(['parameters'], 'key', 'unknown-parameter', unknownName(name, Object.keys(own))));
  }
  for (const [index, step] of steps.entries()) {
    try {
      const names = namesOfStep(step);
      for (const name of names) used.add(name);
      const unknown = names.find((name) => !(name in own) && !(name in common));
      if (unknown !== undefined) {
        const message = unknownName(unknown, [...Object.keys(own), ...Object.keys(common)], 'a parameter');
        diagnostics.push(source.problemAt(['steps', index], 'value', 'unknown-parameter', message));
      }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      diagnostics.push(source.problemAt(['steps', index], 'value', 'bad-expression', error.message));
    }
  }
  for (const name of namesUsed(output.fields ?? null)) used.add(name);
  for (const name of Object.keys(own)) {
    if (used.has(name)) continue;
    const message = `the parameter \`${name}\` is used by no step`;
    diagnostics.push(source.problemAt(['parameters', name], 'key', 'unused-parameter', message));
  }
  if (diagnostics.length > 0) throw new InvalidInputError(diagnostics);
  return {
    id,
    title,
    description,
    // A recipe may have a default of its own for what all have.
    parameters: { ...own, ...Object.fromEntries(Object.entries(common).filter(([name]) => !(name in own))) },
    exactlyOne,
    example,
    steps,
    output: { from: output.from ?? null, fields: output.fields ?? null },
    file,
    text,
  };
}

/** Parameters that another one mentions. */
function relatedNames({ only_with: together, not_with: apart }: RecipeParameter): readonly string[] {
  return [...companionsOf({ only_with: together }), apart].filter((name) => name !== undefined);
}

function namesOfStep(step: JsonObject): readonly string[] {
  const group = repeatedSteps(step);
  if (group !== undefined) {
    const inside = group.steps.flatMap(namesOfStep).filter((name) => name !== ROUND);
    return [...namesUsed(group.times), ...inside];
  }
  const { when, ...rest } = step;
  return [...namesUsed(rest), ...(typeof when === 'string' ? whenNames(when) : [])];
}

/** The names in a `when:`, with or without `${…}` around it. */
function whenNames(when: string): readonly string[] {
  return when.includes('${') ? namesUsed(when) : parseExpression(when).names;
}

function asksModels(steps: readonly JsonObject[]): boolean {
  return everyStep(steps).some((step) => 'generate' in step || 'dialogue' in step || 'judge' in step);
}

function readsLists(steps: readonly JsonObject[]): boolean {
  return everyStep(steps).some(({ generate }) => {
    const expect: Json | undefined = isJsonObject(generate) ? generate['expect'] : undefined;
    return isJsonObject(expect) && ('list' in expect || 'pairs' in expect);
  });
}
