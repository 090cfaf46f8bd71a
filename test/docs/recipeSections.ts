/** What the documentation says of the built-in recipes and templates, from their own files. */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadRecipes, type Recipe } from '../../src/core/pipeline/recipeLibrary.ts';
import { ANSWER_PARAMETERS, LIST_PARAMETERS, type RecipeParameter } from '../../src/core/pipeline/recipeSchema.ts';
import { loadTemplateLibrary } from '../../src/core/prompts/templateLibrary.ts';
import type { Json } from '../../src/core/record/json.ts';
import { root } from '../support/machine.ts';
import { markdownTable } from './schemaTable.ts';

const library = join(root, 'src/core/library');
const common = new Set([...Object.keys(ANSWER_PARAMETERS), ...Object.keys(LIST_PARAMETERS)]);

/** One heading a recipe: what it makes, a pipeline, its parameters and a record. */
export async function recipeSections(): Promise<string> {
  const recipes = await loadRecipes(join(library, 'recipes'));
  return [...recipes.values()].map(recipeSection).join('\n\n');
}

/** A row for each recipe. */
export async function recipeList(): Promise<string> {
  const recipes = await loadRecipes(join(library, 'recipes'));
  const rows = [...recipes.values()].map(({ id, description }) => [`[\`${id}\`](#${id})`, description]);
  return markdownTable(['recipe', 'makes'], rows);
}

/** The parameters that recipes of a sort have in common. */
export function commonParameters(): string {
  return parameterTable({ ...ANSWER_PARAMETERS, ...LIST_PARAMETERS });
}

/** A row for each built-in template. */
export async function templateList(): Promise<string> {
  const templates = await loadTemplateLibrary(join(library, 'prompts'));
  const rows = [...templates.values()].map(({ id, description, placeholders }) => [
    `\`${id}\``,
    description,
    placeholders.map((name) => `\`{${name}}\``).join(' '),
  ]);
  return markdownTable(['template', 'what it is for', 'placeholders'], rows);
}

function recipeSection(recipe: Recipe): string {
  const { id, description, parameters, example, exactlyOne } = recipe;
  const own = Object.fromEntries(Object.entries(parameters).filter(([name]) => !common.has(name)));
  const shared = Object.keys(parameters).filter((name) => common.has(name));
  return [
    `## ${id}`,
    description,
    fenced('yaml', stringify(pipelineOf(recipe), { lineWidth: 0, flowCollectionPadding: true })),
    parameterTable(own),
    ...(exactlyOne.length === 0
      ? []
      : [`Exactly one of ${exactlyOne.map((name) => `\`${name}\``).join(', ')} is given.`]),
    ...(shared.length === 0
      ? []
      : [
          `Also ${shared.map((name) => `\`${name}\``).join(', ')}: see [what all of them take](#what-all-of-them-take).`,
        ]),
    'A record:',
    fenced('json', JSON.stringify({ id: '0.0', ...example }, null, 2)),
  ].join('\n\n');
}

/** A pipeline that runs as it stands, with the recipe's own examples as values. */
function pipelineOf({ id, parameters, exactlyOne }: Recipe): Record<string, Json> {
  const isNeeded = ({ default: preset, optional }: RecipeParameter): boolean =>
    preset === undefined && optional !== true;
  const chosen = exactlyOne.find((name) => parameters[name]?.example !== undefined);
  const given: [string, Json][] = [];
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.example === undefined || !(isNeeded(parameter) || name === chosen)) continue;
    given.push([name, parameter.example]);
  }
  return {
    openline: 1,
    endpoint: 'sample',
    recipe: id,
    ...(given.length === 0 ? {} : { with: Object.fromEntries(given) }),
    output: `data/${id}.jsonl`,
  };
}

function parameterTable(parameters: Readonly<Record<string, RecipeParameter>>): string {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    `\`${name}\``,
    valueOf(parameter),
    presetOf(parameter),
    parameter.description,
  ]);
  return markdownTable(['parameter', 'value', 'default', 'what it does'], rows);
}

function valueOf({ type, choices, min, max }: RecipeParameter): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  const words: Readonly<Record<RecipeParameter['type'], string>> = {
    integer: 'whole number',
    number: 'number',
    text: 'text',
    boolean: '`true`, `false`',
    list: 'list of texts',
    files: 'paths or globs',
    map: 'names with values',
    schema: 'JSON Schema, or the path of one',
  };
  const isNumber = type === 'integer' || type === 'number';
  const bounds = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` to ${max}`].join('');
  return `${words[type]}${isNumber ? bounds : ''}`;
}

function presetOf({ default: preset, optional, only_with: companion }: RecipeParameter): string {
  if (preset !== undefined) return `\`${JSON.stringify(preset)}\``;
  if (companion !== undefined) return `only with ${[companion].flat().join(', ')}`;
  return optional === true ? 'none' : 'required';
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}
