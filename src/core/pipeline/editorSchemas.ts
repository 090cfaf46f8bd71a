import { endpointsFileJsonSchema } from '../endpoints/profileJsonSchema.ts';
import type { JsonObject } from '../record/json.ts';
import { pipelineJsonSchema } from './pipelineJsonSchema.ts';
import { loadRecipes } from './recipeLibrary.ts';

/** Names of the files with JSON Schemas that the extension contributes. */
export const PIPELINE_SCHEMA_FILE = 'pipeline.schema.json';
export const ENDPOINTS_SCHEMA_FILE = 'endpoints.schema.json';

/** The JSON Schemas (draft 7) of the files that people write, by file name. */
export async function editorSchemas(recipesFolder: string): Promise<Readonly<Record<string, JsonObject>>> {
  const recipes = await loadRecipes(recipesFolder);
  return {
    [PIPELINE_SCHEMA_FILE]: pipelineJsonSchema(recipes),
    [ENDPOINTS_SCHEMA_FILE]: { ...endpointsFileJsonSchema(), title: 'Openline endpoint profiles' },
  };
}
