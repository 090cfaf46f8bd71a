import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';
import { ENDPOINT_PRESETS } from './presets.ts';
import { endpointProfileSchema, endpointsFileSchema } from './profile.ts';

/** JSON Schema (draft 7) of one endpoint profile, made from the validator: what the editor's settings complete by. */
export function profileJsonSchema(): JsonObject {
  return forEditors(z.toJSONSchema(endpointProfileSchema, { io: 'input', target: 'draft-7' }) as JsonObject);
}

/** JSON Schema (draft 7) of the file `.openline/endpoints.yaml`. */
export function endpointsFileJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(endpointsFileSchema, { io: 'input', target: 'draft-7' }) as JsonObject;
  return { title: 'Openline endpoints', ...forEditors(schema) };
}

/** Without what says nothing to a person, and with the names of the presets, which the validator looks up by itself. */
function forEditors(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]): [string, Json][] => {
      if (name === '$schema' || name === 'propertyNames') return [];
      if (name === 'preset' && isJsonObject(value)) return [[name, withPresets(value)]];
      return [[name, inside(value)]];
    }),
  );
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(inside);
  return isJsonObject(value) ? forEditors(value) : value;
}

function withPresets({ minLength: _, ...schema }: JsonObject): JsonObject {
  return { ...schema, enum: ENDPOINT_PRESETS.map(({ id }) => id) };
}
