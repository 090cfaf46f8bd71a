/** The text of a new pipeline file. */
import { Scalar, stringify } from 'yaml';
import type { Json } from '../record/json.ts';
import type { RecipeParameter } from './recipeSchema.ts';

/** What a recipe says of itself, as far as a new file needs it. */
export interface RecipeOutline {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, RecipeParameter>>;
}

export interface PipelineDraft {
  readonly recipe: RecipeOutline;
  readonly endpoint: string;
  /** Named in the file; empty: the profile's own. */
  readonly model: string;
  /** Parameters that were asked for. */
  readonly values: Readonly<Record<string, Json>>;
  readonly output: string;
}

/** Columns a comment may take before it goes on in the next line. */
const COMMENT_WIDTH = 100;

/**
 * Writes the file so that it explains itself: every parameter with what it does, those that were not asked for as
 * comments with their defaults.
 */
export function pipelineText({ recipe, endpoint, model, values, output }: PipelineDraft): string {
  const { parameters } = recipe;
  const given = Object.keys(parameters).filter((name) => values[name] !== undefined);
  const others = Object.entries(parameters).filter(([name]) => values[name] === undefined);
  const lines = [
    ...wrapped(`${recipe.title}. ${recipe.description}`),
    'openline: 1',
    `endpoint: ${inline(endpoint)}`,
    ...(model === '' ? [] : [`model: ${inline(model)}`]),
    `recipe: ${inline(recipe.id)}`,
    ...(given.length === 0 ? [] : ['with:']),
    ...given.map((name) => `  ${name}: ${inline(values[name] ?? null)}${remark(parameters[name])}`),
    ...(others.length === 0 ? [] : ['  # Also possible:']),
    ...others.map(([name, parameter]) => `  # ${name}: ${inline(suggestion(parameter))}${remark(parameter)}`),
    '# How the model answers:',
    '# generation: { temperature: 0.7, top_p: 0.9, max_tokens: 1024 }',
    `output: ${inline(output)}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A value on one line, as YAML. */
function inline(value: Json): string {
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: false,
    defaultStringType: Scalar.PLAIN,
  }).trimEnd();
}

function suggestion({ default: preset, example, choices, type }: RecipeParameter): Json {
  if (preset !== undefined) return preset;
  if (example !== undefined) return example;
  if (choices?.[0] !== undefined) return choices[0];
  const empty: Readonly<Record<RecipeParameter['type'], Json>> = {
    integer: 1,
    number: 1,
    text: '…',
    boolean: true,
    list: ['…'],
    files: ['…'],
    map: {},
    schema: {},
  };
  return empty[type];
}

function remark(parameter: RecipeParameter | undefined): string {
  if (parameter === undefined) return '';
  const choices = parameter.choices === undefined ? '' : ` (${parameter.choices.join(', ')})`;
  return ` # ${parameter.description}${choices}`;
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(/\s+/u)) {
    if (line.length + word.length + 1 > COMMENT_WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
