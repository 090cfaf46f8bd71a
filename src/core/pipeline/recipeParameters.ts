import { unknownName, type DataPath } from '../files/checkValue.ts';
import { describeFound } from '../files/schemaWords.ts';
import { YamlSource } from '../files/yamlSource.ts';
import type { FilePosition } from '../errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import type { Problems } from './problems.ts';
import type { Recipe } from './recipeLibrary.ts';
import { companionsOf, type RecipeParameter } from './recipeSchema.ts';

/** What was given for a recipe's parameters, and where. */
export interface GivenParameters {
  /** `with:` of the pipeline. */
  readonly with: JsonObject;
  /** `--set name=text`, which goes before `with`. */
  readonly set: Readonly<Record<string, string>>;
  readonly locateWith: (path: DataPath, part: 'key' | 'value') => FilePosition;
  /** Where the recipe is named. */
  readonly recipeAt: FilePosition;
}

/** The values of all parameters of a recipe, defaults filled in; an optional one that is not given is null. */
export function resolveParameters(recipe: Recipe, given: GivenParameters, problems: Problems): JsonObject {
  const report = (
    name: string,
    code: string,
    message: string,
    part: 'key' | 'value' = 'value',
    inside: DataPath = [],
  ): void => {
    if (Object.hasOwn(given.set, name)) problems.error(code, `--set ${name}=${given.set[name] ?? ''}: ${message}`);
    else problems.error(code, message, given.locateWith([name, ...inside], part));
  };
  const names = Object.keys(recipe.parameters);
  for (const name of new Set([...Object.keys(given.with), ...Object.keys(given.set)])) {
    if (names.includes(name)) continue;
    report(name, 'unknown-parameter', unknownName(name, names, `a parameter of the recipe ${recipe.id}`), 'key');
  }

  const values: Record<string, Json> = {};
  const isGiven = (name: string): boolean => Object.hasOwn(given.set, name) || Object.hasOwn(given.with, name);
  for (const [name, parameter] of Object.entries(recipe.parameters)) {
    if (!isGiven(name)) {
      values[name] = parameter.default ?? null;
      const isRequired = parameter.default === undefined && parameter.optional !== true;
      if (isRequired) {
        const message = `the recipe ${recipe.id} needs \`${name}\` in \`with:\`: ${parameter.description}`;
        problems.error('missing-parameter', message, given.recipeAt);
      }
      continue;
    }
    const setText = given.set[name];
    const value = listed(
      setText === undefined ? (given.with[name] ?? null) : fromCommandLine(setText, parameter),
      parameter,
    );
    const wrong = findWrong(value, parameter);
    // A value that is wrong is replaced, so that what depends on it can be checked as well.
    values[name] = wrong === undefined ? value : (parameter.default ?? parameter.example ?? null);
    if (wrong !== undefined) report(name, wrong.code, `\`${name}\`: ${wrong.message}`, 'value', wrong.inside);
    const others = companionsOf(parameter);
    if (others.length > 0 && !others.some(isGiven)) {
      const list = others.map((other) => `\`${other}\``).join(' or ');
      report(name, 'unused-parameter', `\`${name}\` has no effect without ${list}`, 'key');
    }
    const rival = parameter.not_with;
    if (rival !== undefined && isGiven(rival)) {
      report(name, 'conflicting-parameters', `\`${name}\` and \`${rival}\` cannot both be given`, 'key');
    }
  }
  checkExactlyOne(recipe, isGiven, report, given, problems);
  return values;
}

function checkExactlyOne(
  recipe: Recipe,
  isGiven: (name: string) => boolean,
  report: (name: string, code: string, message: string, part: 'key') => void,
  given: GivenParameters,
  problems: Problems,
): void {
  const { exactlyOne, id } = recipe;
  if (exactlyOne.length === 0) return;
  const found = exactlyOne.filter(isGiven);
  const list = exactlyOne.map((name) => `\`${name}\``).join(', ');
  if (found.length === 0) {
    problems.error('missing-parameter', `the recipe ${id} needs one of ${list} in \`with:\``, given.recipeAt);
  }
  for (const name of found.slice(1)) {
    report(
      name,
      'conflicting-parameters',
      `only one of ${list} can be given; there is \`${found[0] ?? ''}\` already`,
      'key',
    );
  }
}

/** A single text stands for a list of one. */
function listed(value: Json, { type }: RecipeParameter): Json {
  const isList = type === 'list' || type === 'files';
  return isList && typeof value === 'string' ? [value] : value;
}

/** Text of the command line: YAML, but texts and globs need no quotes. */
function fromCommandLine(text: string, { type }: RecipeParameter): Json {
  const { value } = new YamlSource('--set', text);
  if (type === 'text') return typeof value === 'string' ? value : text;
  if (type === 'list' || type === 'files') return Array.isArray(value) ? (value as Json) : text;
  // YAML yields what JSON can hold.
  return (value ?? text) as Json;
}

/** @returns what is wrong, and where inside of the value */
function findWrong(
  value: Json,
  parameter: RecipeParameter,
): { code: string; message: string; inside?: DataPath } | undefined {
  const { type, choices, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter;
  const size = typeof value === 'number' ? value : Array.isArray(value) ? value.length : 0;
  const isSized = type !== 'text' && type !== 'boolean' && type !== 'map' && type !== 'schema';
  const message = `expected ${describeParameter(parameter)}, not ${describeFound(value)}`;
  if (!hasType(value, type)) {
    const list: readonly Json[] = (type === 'list' || type === 'files') && Array.isArray(value) ? value : [];
    const index = list.findIndex((element) => !isText(element));
    if (index === -1) return { code: 'wrong-type', message };
    const found = `element ${index + 1} is ${describeFound(list[index])}`;
    return { code: 'wrong-type', message: `expected ${describeParameter(parameter)}; ${found}`, inside: [index] };
  }
  if (isSized && (size < min || size > max)) return { code: 'out-of-range', message };
  if (choices !== undefined && typeof value === 'string' && !choices.includes(value)) {
    return { code: 'unknown-choice', message: unknownName(value, choices, 'a choice') };
  }
  return undefined;
}

function hasType(value: Json, type: RecipeParameter['type']): boolean {
  switch (type) {
    case 'integer':
      return Number.isSafeInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
    case 'files':
      return Array.isArray(value) && value.every((element: Json) => isText(element));
    case 'map':
      return isJsonObject(value);
    case 'schema':
      return isJsonObject(value) || isText(value);
  }
}

function isText(element: Json): boolean {
  return typeof element === 'string' && element.trim() !== '';
}

/** What a parameter takes, in words. */
export function describeParameter({ type, min, max, choices }: RecipeParameter): string {
  if (choices !== undefined) return `one of ${choices.join(', ')}`;
  const what = {
    integer: 'a whole number',
    number: 'a number',
    text: 'a text',
    boolean: 'true or false',
    map: 'a map',
    schema: 'a JSON Schema, or the path of its file',
  };
  if (type === 'list' || type === 'files') {
    const kind = type === 'list' ? 'a list of texts' : 'a path or glob, or a list of them';
    return (min ?? 0) > 0 ? `${kind}, at least ${min ?? 0}` : kind;
  }
  if (type !== 'integer' && type !== 'number') return what[type];
  if (min !== undefined && max !== undefined) return `${what[type]} from ${min} to ${max}`;
  if (min !== undefined) return `${what[type]} of at least ${min}`;
  return max === undefined ? what[type] : `${what[type]} of at most ${max}`;
}
