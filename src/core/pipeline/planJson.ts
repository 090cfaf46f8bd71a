import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compileJsonSchema } from '../answers/checkJson.ts';
import { jsonModeOf } from '../endpoints/jsonMode.ts';
import type { Diagnostic, FilePosition } from '../errors.ts';
import { checkValue, type DataPath } from '../files/checkValue.ts';
import { YamlSource } from '../files/yamlSource.ts';
import { isJsonObject, type JsonObject } from '../record/json.ts';
import { findDeadReference, jsonSchemaForm } from './jsonSchemaForm.ts';
import type { KnownFields } from './knownFields.ts';
import type { Ask } from './plan.ts';
import { profileNamed } from './planAsk.ts';
import type { Planning } from './planContext.ts';

type Places = (path: DataPath, part: 'key' | 'value') => FilePosition;

/** The placeholder that takes the schema, as JSON, in a template for a question that expects JSON. */
export const SCHEMA_PLACEHOLDER = 'schema';

/**
 * Reads and checks the JSON Schema that a step names or holds.
 *
 * @param locate places within the value of the key that gives it
 * @returns null after a mistake, which has been told
 */
export async function planJsonSchema(
  given: string | JsonObject,
  locate: Places,
  planning: Planning,
): Promise<JsonObject | null> {
  if (typeof given !== 'string') return checkSchema(given, locate, undefined, planning);
  const { folder, problems } = planning;
  const at = locate([], 'value');
  const source = await readSchemaFile(folder, given);
  if (source === undefined) {
    problems.error('missing-file', `there is no JSON Schema ${given}, or it cannot be read`, at);
    return null;
  }
  problems.add(source.problems, at);
  const { value } = source;
  if (value === undefined || source.problems.length > 0) return null;
  if (!isJsonObject(value)) {
    const position = source.positionOf([]);
    const message = 'a JSON Schema is an object, such as { "type": "object", "properties": { … } }';
    problems.add([{ severity: 'error', code: 'bad-schema', message, position }], at);
    return null;
  }
  return checkSchema(value, (inner, part) => source.positionOf(inner, part), at, planning);
}

/** The text of a schema's file; undefined where it cannot be read. JSON is YAML, and this reader knows where things stand. */
export async function readSchemaFile(folder: string, given: string): Promise<YamlSource | undefined> {
  const path = resolve(folder, given);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : new YamlSource(path, text);
}

/** @param usedAt where the pipeline names the schema's file; undefined: it stands in the pipeline */
function checkSchema(
  schema: JsonObject,
  locate: Places,
  usedAt: FilePosition | undefined,
  { problems }: Planning,
): JsonObject | null {
  // What a validator does not know it passes over: a misspelt keyword is worth a word, one of somebody's own is no mistake.
  const found = checkValue(schema, jsonSchemaForm, locate).diagnostics.map((diagnostic): Diagnostic => ({
    ...diagnostic,
    severity: diagnostic.code === 'unknown-key' ? 'warning' : 'error',
    message: `in the JSON Schema: ${diagnostic.message}`,
  }));
  const dead = findDeadReference(schema);
  if (dead !== undefined) {
    const message = `in the JSON Schema: \`$ref\` leads to ${dead.reference}, which is not in it`;
    found.push({ severity: 'error', code: 'bad-schema', message, position: locate(dead.path, 'value') });
  }
  problems.add(found, usedAt);
  if (found.some(({ severity }) => severity === 'error')) return null;
  try {
    compileJsonSchema(schema);
    return schema;
  } catch (error) {
    const message = `the JSON Schema cannot be used: ${error instanceof Error ? error.message : String(error)}`;
    problems.add([{ severity: 'error', code: 'bad-schema', message, position: locate([], 'value') }], usedAt);
    return null;
  }
}

/** Whether a schema describes objects, so that their members can become fields. */
export function describesObject({ type, properties }: JsonObject): boolean {
  return type === 'object' || (type === undefined && isJsonObject(properties));
}

/** The fields after the members of such an object have joined them; null where the schema does not name its members. */
export function fieldsWith(fields: KnownFields, schema: JsonObject): KnownFields {
  const { properties } = schema;
  return fields === null || !isJsonObject(properties) ? null : new Set([...fields, ...Object.keys(properties)]);
}

/** An ask for JSON: how each of those who may be asked is told. */
export function withJsonMode(ask: Ask, planning: Planning): Ask {
  const profile = profileNamed(planning.context.profiles, ask.endpoint)?.profile;
  const fallback = ask.fallback?.map((next) => withJsonMode(next, planning));
  return {
    ...ask,
    ...(fallback === undefined ? {} : { fallback }),
    jsonMode: profile === undefined ? 'none' : jsonModeOf(profile),
  };
}
