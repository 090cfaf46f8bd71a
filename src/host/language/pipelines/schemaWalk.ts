/** Finds in a JSON Schema what can stand at a place of a file. Knows the parts of the language that our own schemas use. */
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import type { YamlPath } from './yamlPlace.ts';

/** A key that a map can have. */
export interface SchemaKey {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** What its value is, so that the editor can go on in the right way. */
  readonly takes: 'map' | 'list' | 'value';
}

/** A value that can stand at a place. */
export interface SchemaValue {
  readonly value: string;
  readonly description: string;
}

/**
 * Every schema that speaks about the value at a path, alternatives side by side.
 *
 * @param data what the file holds: it decides about `if`
 */
export function schemasAt(root: JsonObject, path: YamlPath, data: unknown): readonly JsonObject[] {
  let schemas = expand(root, root, data);
  let value: unknown = data;
  for (const name of path) {
    value = memberOf(value, name);
    const inner = value;
    // What a schema says of a name goes before what another says of all names.
    const named = schemas.flatMap((schema) => namedChild(schema, name));
    const found = named.length > 0 ? named : schemas.flatMap((schema) => otherChildren(schema, name));
    schemas = found.flatMap((child) => expand(child, root, inner));
  }
  return schemas;
}

/** The keys of the maps that can stand at a place. */
export function keysOf(schemas: readonly JsonObject[], root: JsonObject): readonly SchemaKey[] {
  const found = new Map<string, SchemaKey>();
  for (const schema of schemas) {
    const { properties, required } = schema;
    if (!isJsonObject(properties)) continue;
    for (const [name, property] of Object.entries(properties)) {
      if (!isJsonObject(property)) continue;
      const inner = expand(property, root, undefined);
      const before = found.get(name);
      const key = {
        name,
        description: descriptionOf(inner),
        isRequired: Array.isArray(required) && required.includes(name),
        takes: takesOf(inner),
      };
      if (before === undefined || (before.description === '' && key.description !== '')) found.set(name, key);
    }
  }
  return [...found.values()];
}

/** The values that are named one by one. */
export function valuesOf(schemas: readonly JsonObject[]): readonly SchemaValue[] {
  const found = new Map<string, SchemaValue>();
  const add = (value: Json | undefined, description = ''): void => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
    const name = String(value);
    if (!found.has(name) || description !== '') found.set(name, { value: name, description });
  };
  for (const { const: only, enum: choices, type, title } of schemas) {
    add(only, typeof title === 'string' ? title : '');
    if (Array.isArray(choices)) for (const choice of choices as readonly Json[]) add(choice);
    if (type === 'boolean') for (const choice of [true, false]) add(choice);
  }
  return [...found.values()];
}

/** What the schemas say about a value, each sentence once; the first is the nearest. */
export function descriptionOf(schemas: readonly JsonObject[]): string {
  const [first = ''] = schemas.flatMap(({ description }) => (typeof description === 'string' ? [description] : []));
  return first;
}

/** The default that the schemas name; undefined: none. */
export function defaultOf(schemas: readonly JsonObject[]): Json | undefined {
  return schemas.find((schema) => 'default' in schema)?.['default'];
}

/** Whether a map can stand at a place. */
export function takesMap(schemas: readonly JsonObject[]): boolean {
  return schemas.some(({ properties }) => isJsonObject(properties));
}

function takesOf(schemas: readonly JsonObject[]): SchemaKey['takes'] {
  const isText = schemas.some(({ type }) => type !== undefined && type !== 'object' && type !== 'array');
  if (isText) return 'value';
  if (schemas.some(({ type }) => type === 'array')) return 'list';
  return schemas.some(({ type }) => type === 'object') ? 'map' : 'value';
}

/** The schema itself, then what it refers to and its alternatives. */
function expand(schema: JsonObject, root: JsonObject, data: unknown, depth = 0): readonly JsonObject[] {
  // References of a schema can go round in a circle.
  if (depth > 12) return [];
  const inner = (json: Json | undefined): readonly JsonObject[] =>
    isJsonObject(json) ? expand(json, root, data, depth + 1) : [];
  const list = (json: Json | undefined): readonly JsonObject[] =>
    Array.isArray(json) ? (json as readonly Json[]).flatMap(inner) : [];
  const { $ref: reference, allOf, anyOf, oneOf, if: condition, then, else: otherwise } = schema;
  return [
    schema,
    ...(typeof reference === 'string' ? inner(pointedAt(root, reference)) : []),
    ...list(allOf),
    ...list(anyOf),
    ...list(oneOf),
    ...(isJsonObject(condition) ? inner(holds(condition, data) ? then : otherwise) : []),
  ];
}

function pointedAt(root: JsonObject, reference: string): Json | undefined {
  let value: Json | undefined = root;
  for (const part of reference.split('/').slice(1)) value = isJsonObject(value) ? value[part] : undefined;
  return value;
}

/** Of conditions our schemas have one form: a member has a certain value. */
function holds({ properties }: JsonObject, data: unknown): boolean {
  if (!isJsonObject(properties)) return false;
  return Object.entries(properties).every(
    ([name, member]) => isJsonObject(member) && memberOf(data, name) === member['const'],
  );
}

function namedChild({ properties }: JsonObject, name: string | number): readonly JsonObject[] {
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[String(name)] : undefined;
  return isJsonObject(own) ? [own] : [];
}

function otherChildren(schema: JsonObject, name: string | number): readonly JsonObject[] {
  const { additionalProperties, items, prefixItems } = schema;
  if (typeof name === 'string') return [additionalProperties].filter((one) => isJsonObject(one));
  const ordered = Array.isArray(items) ? items : prefixItems;
  const own: Json | undefined = Array.isArray(ordered) ? (ordered as readonly Json[])[name] : undefined;
  return [own, items].filter((one) => isJsonObject(one));
}

function memberOf(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[name];
}
