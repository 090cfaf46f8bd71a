/** The form of a recipe file: a pipeline with declared parameters, which `${…}` inserts into its steps. */
import * as z from 'zod';

const name = z.string().min(1);

export const PARAMETER_TYPES = ['integer', 'number', 'text', 'boolean', 'list', 'files', 'map', 'schema'] as const;

/** A parameter of a recipe. */
export const recipeParameterSchema = z.strictObject({
  type: z
    .enum(PARAMETER_TYPES)
    .describe(
      'list: texts; files: paths or globs relative to the pipeline; map: names with values; schema: a JSON Schema, or the path of its file',
    ),
  description: name.describe('What it does, for completion and forms'),
  default: z.json().exactOptional().describe('Value when it is not given'),
  optional: z.boolean().exactOptional().describe('May be left out although it has no default; it is null then'),
  min: z.number().exactOptional().describe('Smallest number; of a list: fewest elements'),
  max: z.number().exactOptional().describe('Largest number; of a list: most elements'),
  choices: z.array(name).min(1).exactOptional().describe('The texts that are allowed'),
  only_with: z
    .union([name, z.array(name).min(1)])
    .exactOptional()
    .describe(
      'Makes sense only when this parameter, or one of these, is given, too; New Pipeline asks for it with the first',
    ),
  not_with: name.exactOptional().describe('May not be given together with this parameter'),
  example: z.json().exactOptional().describe('What New Pipeline fills in where there is no default'),
  starter: name
    .exactOptional()
    .describe('Path, relative to the pipeline, of the example file that New Pipeline writes where nothing matches'),
  advanced: z
    .boolean()
    .exactOptional()
    .describe('New Pipeline does not ask for it: it stands in the file, as a comment'),
});

export type RecipeParameter = z.infer<typeof recipeParameterSchema>;

export const recipeSchema = z.strictObject({
  openline: z.literal(1),
  title: name,
  description: name,
  parameters: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/u), recipeParameterSchema),
  exactly_one: z.array(name).min(2).exactOptional().describe('Parameters of which exactly one must be given'),
  example: z.record(name, z.json()).describe('A record as the recipe makes them'),
  // Steps hold ${…}, so they can be checked only once parameters are known.
  // `{ repeat, steps }` is a group of them that is written out once for each round (see unrollSteps.ts).
  steps: z.array(z.record(name, z.json())).min(1),
  output: z.strictObject({
    from: name.exactOptional().describe('Step whose records are written; default: the last one'),
    fields: z
      .union([z.array(name).min(1), name])
      .exactOptional()
      .describe('Fields after the id, or an expression that comes to them; default: all'),
  }),
});

/** The parameters of which one must be given for another to make sense; empty: it always does. */
export function companionsOf({
  only_with: together,
}: {
  readonly only_with?: string | readonly string[] | undefined;
}): readonly string[] {
  if (together === undefined) return [];
  return typeof together === 'string' ? [together] : together;
}

/** The parameters of every recipe that asks a model, on top of its own. */
export const ANSWER_PARAMETERS: Readonly<Record<string, RecipeParameter>> = {
  attempts: {
    type: 'integer',
    min: 1,
    max: 100,
    optional: true,
    description:
      'How often a request is made in all before its answer counts as unreadable; default 1 with conversion mode model, else 2',
  },
  on_unreadable: {
    type: 'text',
    choices: ['discard', 'fail'],
    default: 'discard',
    description: 'An answer that cannot be read: discard it (it is counted and kept among the rejects), or fail',
  },
  keep_truncated: {
    type: 'boolean',
    default: false,
    description: 'Use answers that were cut off by max_tokens',
  },
};

/** The parameters of every recipe that reads lists, on top of its own. */
export const LIST_PARAMETERS: Readonly<Record<string, RecipeParameter>> = {
  on_mismatch: {
    type: 'text',
    choices: ['trim', 'keep', 'discard', 'fail'],
    default: 'trim',
    description:
      'A list of another length than asked for: trim it (a shorter one is kept), keep it, discard it, or fail',
  },
};
