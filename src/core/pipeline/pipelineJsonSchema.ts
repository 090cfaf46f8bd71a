import * as z from 'zod';
import type { Json, JsonObject } from '../record/json.ts';
import { pipelineSchema } from './pipelineSchema.ts';
import type { Recipe } from './recipeLibrary.ts';
import type { RecipeParameter } from './recipeSchema.ts';

/**
 * JSON Schema of pipeline files for editors, made from the validators: keys with their descriptions, and for each recipe
 * the parameters it takes. In draft 7, which every editor's YAML support knows.
 */
export function pipelineJsonSchema(recipes: ReadonlyMap<string, Recipe>): JsonObject {
  const base = z.toJSONSchema(pipelineSchema, { target: 'draft-7' }) as JsonObject;
  const all = [...recipes.values()];
  return {
    ...base,
    title: 'Openline pipeline',
    allOf: [
      { properties: { recipe: { oneOf: all.map(({ id, title }) => ({ const: id, title })) } } },
      ...all.map((recipe) => ({
        if: { properties: { recipe: { const: recipe.id } }, required: ['recipe'] },
        then: { properties: { with: parametersSchema(recipe) } },
      })),
    ],
  };
}

function parametersSchema({ parameters, exactlyOne, description }: Recipe): JsonObject {
  const required = Object.entries(parameters).filter(
    ([, parameter]) => parameter.default === undefined && parameter.optional !== true,
  );
  const members = Object.entries(parameters).map(([name, parameter]) => [name, parameterSchema(parameter)] as const);
  return {
    type: 'object',
    description,
    additionalProperties: false,
    properties: Object.fromEntries(members),
    required: required.map(([name]) => name),
    ...(exactlyOne.length === 0 ? {} : { oneOf: exactlyOne.map((name) => ({ required: [name] })) }),
  };
}

function parameterSchema({ description, default: value, ...parameter }: RecipeParameter): JsonObject {
  return { ...typeSchema(parameter), description, ...(value === undefined ? {} : { default: value }) };
}

function typeSchema({ type, min, max, choices }: Omit<RecipeParameter, 'description' | 'default'>): JsonObject {
  const bounds = (low: string, high: string): Record<string, Json> => ({
    ...(min === undefined ? {} : { [low]: min }),
    ...(max === undefined ? {} : { [high]: max }),
  });
  switch (type) {
    case 'integer':
    case 'number':
      return { type, ...bounds('minimum', 'maximum') };
    case 'boolean':
      return { type };
    case 'text':
      return { type: 'string', minLength: 1, ...(choices === undefined ? {} : { enum: choices }) };
    case 'map':
      return { type: 'object' };
    case 'schema':
      return { anyOf: [{ type: 'object' }, { type: 'string', minLength: 1 }] };
    case 'list':
    case 'files': {
      const text = { type: 'string', minLength: 1 };
      return { anyOf: [text, { type: 'array', items: text, ...bounds('minItems', 'maxItems') }] };
    }
  }
}
