/** The form of a JSON Schema (drafts 7 to 2020-12), so that mistakes in one are told where they stand. */
import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../record/json.ts';

const count = z.int().min(0);
const names = z.array(z.string());
const type = z.enum(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const schema: z.ZodType = z.lazy(() => z.union([z.boolean(), jsonSchemaForm]));
const schemas = z.array(schema).min(1);
const schemaMap = z.record(z.string(), schema);
const pattern = z.string().refine(isPattern, { error: 'the regular expression cannot be read' });

/** Every keyword of the specification with what it takes: https://json-schema.org/draft/2020-12/json-schema-core */
export const jsonSchemaForm = z.strictObject({
  $schema: z.string().optional(),
  $id: z.string().optional(),
  $anchor: z.string().optional(),
  $comment: z.string().optional(),
  $ref: z.string().optional(),
  $defs: schemaMap.optional(),
  definitions: schemaMap.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.json().optional(),
  examples: z.array(z.json()).optional(),
  deprecated: z.boolean().optional(),
  readOnly: z.boolean().optional(),
  writeOnly: z.boolean().optional(),
  type: z.union([type, z.array(type).min(1)]).optional(),
  enum: z.array(z.json()).min(1).optional(),
  const: z.json().optional(),
  allOf: schemas.optional(),
  anyOf: schemas.optional(),
  oneOf: schemas.optional(),
  not: schema.optional(),
  if: schema.optional(),
  then: schema.optional(),
  else: schema.optional(),
  properties: schemaMap.optional(),
  patternProperties: schemaMap.optional(),
  additionalProperties: schema.optional(),
  unevaluatedProperties: schema.optional(),
  propertyNames: schema.optional(),
  required: names.optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
  dependentRequired: z.record(z.string(), names).optional(),
  dependentSchemas: schemaMap.optional(),
  dependencies: z.record(z.string(), z.union([names, schema])).optional(),
  items: z.union([schema, z.array(schema)]).optional(),
  prefixItems: schemas.optional(),
  additionalItems: schema.optional(),
  unevaluatedItems: schema.optional(),
  contains: schema.optional(),
  minContains: count.optional(),
  maxContains: count.optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  uniqueItems: z.boolean().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().gt(0).optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  pattern: pattern.optional(),
  format: z.string().optional(),
  contentEncoding: z.string().optional(),
  contentMediaType: z.string().optional(),
});

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}

/** A `$ref` that leads nowhere within the schema, with its path. Only references within it (`#…`) are followed. */
export function findDeadReference(
  root: JsonObject,
): { readonly path: readonly (string | number)[]; readonly reference: string } | undefined {
  const anchors = new Set<Json>();
  const references: { path: readonly (string | number)[]; reference: string }[] = [];
  const walk = (value: Json, path: readonly (string | number)[]): void => {
    if (Array.isArray(value))
      (value as readonly Json[]).forEach((element, index) => {
        walk(element, [...path, index]);
      });
    if (!isJsonObject(value)) return;
    const { $ref: reference, $anchor: anchor } = value;
    if (typeof reference === 'string') references.push({ path: [...path, '$ref'], reference });
    if (typeof anchor === 'string') anchors.add(`#${anchor}`);
    for (const [name, member] of Object.entries(value)) {
      // What stands in these is data, not a schema.
      if (name !== 'const' && name !== 'enum' && name !== 'default' && name !== 'examples')
        walk(member, [...path, name]);
    }
  };
  walk(root, []);
  return references.find(({ reference }) => !anchors.has(reference) && !pointsWithin(root, reference));
}

function pointsWithin(root: JsonObject, reference: string): boolean {
  if (reference === '#') return true;
  if (!reference.startsWith('#/')) return false;
  let value: Json | undefined = root;
  for (const part of reference.slice(2).split('/')) {
    const name = decodePart(part);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    value = Array.isArray(value) ? (value as readonly Json[])[Number(name)] : (value as JsonObject)[name];
    if (value === undefined) return false;
  }
  return true;
}

function decodePart(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
