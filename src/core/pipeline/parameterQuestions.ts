/** Which of a recipe's parameters are asked for, and how what was typed is read. */
import { formatOf, isRecordFormat } from '../datasets/sourceFormats.ts';
import { isJsonObject, parseJson, type Json } from '../record/json.ts';
import { describeParameter } from './recipeParameters.ts';
import { ANSWER_PARAMETERS, companionsOf, LIST_PARAMETERS, type RecipeParameter } from './recipeSchema.ts';

/** A recipe as far as it decides what is asked. */
export interface AskedRecipe {
  readonly parameters: Readonly<Record<string, RecipeParameter>>;
  readonly exactlyOne: readonly string[];
}

/**
 * The names of the parameters that are asked for: those that must be given, and what decides on the data, such as
 * numbers, choices and languages. What is optional, advanced or common to all recipes can be changed in the file.
 *
 * @param source which one of `exactlyOne` was chosen
 * @param values what was answered so far
 */
export function askedParameters(
  { parameters, exactlyOne }: AskedRecipe,
  source: string | undefined,
  values: ReadonlyMap<string, Json> = new Map(),
): readonly string[] {
  return Object.keys(parameters).filter((name) => {
    const parameter = parameters[name];
    if (parameter === undefined || name in ANSWER_PARAMETERS || name in LIST_PARAMETERS) return false;
    if (exactlyOne.includes(name)) return name === source;
    if (parameter.only_with !== undefined) return goesWith(companionsOf(parameter), source, values);
    if (parameter.optional === true || parameter.advanced === true) return false;
    const { default: preset, type } = parameter;
    return (
      preset === undefined || type === 'integer' || type === 'text' || (Array.isArray(preset) && preset.length > 0)
    );
  });
}

/** Whether what makes sense only with some sources is asked for: with the first, and where files hold records. */
function goesWith(
  companions: readonly string[],
  source: string | undefined,
  values: ReadonlyMap<string, Json>,
): boolean {
  if (source === undefined || !companions.includes(source)) return false;
  const given = values.get(source);
  const patterns: readonly Json[] = Array.isArray(given) ? (given as readonly Json[]) : [];
  return (
    source === companions[0] ||
    patterns.some((pattern) => typeof pattern === 'string' && isRecordFormat(formatOf(pattern)))
  );
}

/** What stands in the box at first: the value that was given before, else the default, else the example. */
export function initialText({ default: preset, example }: RecipeParameter, given?: Json): string {
  const value = given ?? preset ?? example;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What was typed, as a value; or what is wrong with it, in words. */
export function readParameter(
  text: string,
  parameter: RecipeParameter,
): { readonly value: Json } | { readonly problem: string } {
  const trimmed = text.trim();
  const problem = { problem: describeParameter(parameter) };
  const { type, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter;
  switch (type) {
    case 'integer':
    case 'number': {
      const value = Number(trimmed);
      const isRight = trimmed !== '' && (type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value));
      return isRight && value >= min && value <= max ? { value } : problem;
    }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false' ? { value: trimmed === 'true' } : problem;
    case 'text':
      if (trimmed === '') return problem;
      return parameter.choices === undefined || parameter.choices.includes(trimmed) ? { value: trimmed } : problem;
    case 'map': {
      const value = parseJson(trimmed);
      return isJsonObject(value) ? { value } : problem;
    }
    case 'schema': {
      const value = trimmed.startsWith('{') ? parseJson(trimmed) : trimmed;
      return isJsonObject(value) || (typeof value === 'string' && value !== '') ? { value } : problem;
    }
    case 'list':
    case 'files': {
      const value = trimmed.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
      return value.length >= Math.max(1, min) && value.length <= max ? { value } : problem;
    }
  }
}
