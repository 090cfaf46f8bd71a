/** Tables of the options that a schema takes, as Markdown. */
import * as z from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../../src/core/record/json.ts';

/** One row: an option, with dots for what stands inside another. */
interface Row {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** Options that stand in many places and are explained once, in docs/pipelines.md. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  generation: 'pipelines.md#generation-parameters',
  fallback: 'pipelines.md#fallback',
  conversion: 'pipelines.md#conversion',
};

/** The options of a schema, or what it takes in place of options. */
export function schemaTable(schema: z.ZodType): string {
  return tableOf(z.toJSONSchema(schema, { io: 'input' }) as JsonObject);
}

/** As above, of a schema that stands inside another one under this key. */
export function memberTable(schema: z.ZodType, key: string): { readonly description: string; readonly table: string } {
  const { properties } = z.toJSONSchema(schema, { io: 'input' }) as JsonObject;
  const member = isJsonObject(properties) ? properties[key] : undefined;
  if (!isJsonObject(member)) throw new Error(`The schema has no member ${key}`);
  return { description: textOf(member['description']), table: tableOf(member) };
}

/** A Markdown table; prettier aligns it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/gu, ' ').replaceAll('|', '\\|');
}

function tableOf(schema: JsonObject): string {
  const rows = rowsOf(schema, '');
  return markdownTable(
    ['option', 'value', 'what it does'],
    rows.map(({ name, value, meaning }) => [`\`${name}\``, value, meaning]),
  );
}

function rowsOf(schema: JsonObject, prefix: string): readonly Row[] {
  return alternatives(schema).flatMap((form) => formRows(form, prefix));
}

function formRows(form: JsonObject, prefix: string): readonly Row[] {
  const { properties, required, items, additionalProperties } = form;
  if (isJsonObject(items)) return rowsOf(items, prefix === '' ? '' : `${prefix}[]`);
  if (isJsonObject(additionalProperties)) return rowsOf(additionalProperties, `${prefix}.NAME`);
  if (!isJsonObject(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).flatMap(([key, member]) => {
    if (!isJsonObject(member)) return [];
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const elsewhere = ELSEWHERE[key];
    const value = elsewhere === undefined ? valueOf(member) : `[see there](${elsewhere})`;
    const row = {
      name,
      value: needed.includes(key) ? `${value}; required` : value,
      meaning: meaningOf(member),
    };
    return elsewhere === undefined ? [row, ...rowsOf(member, name)] : [row];
  });
}

/** What a schema says of itself, with the default that is no part of its words. */
function meaningOf(schema: JsonObject): string {
  const text = textOf(schema['description']);
  const preset = schema['default'];
  const isTold = preset === undefined || /default/iu.test(text) || isJsonObject(preset);
  return isTold ? text : `${text}; default ${shown(preset)}`;
}

/** The forms a value can have. */
function alternatives(schema: JsonObject): readonly JsonObject[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? anyOf.filter(isJsonObject).flatMap(alternatives) : [schema];
}

function valueOf(schema: JsonObject): string {
  return [...new Set(alternatives(schema).map(formOf))].join(' or ');
}

function formOf(schema: JsonObject): string {
  const { type, enum: choices, items, properties, additionalProperties, prefixItems } = schema;
  if (schema['const'] !== undefined) return shown(schema['const']);
  if (Array.isArray(choices)) return choices.length > 12 ? 'a name' : choices.map(shown).join(', ');
  switch (type) {
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${boundsOf(schema)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      if (Array.isArray(prefixItems)) return `list of ${prefixItems.length}`;
      return isJsonObject(items) && !Array.isArray(items['anyOf']) && items['properties'] === undefined
        ? `list of: ${formOf(items)}`
        : 'list';
    case 'object':
      if (isJsonObject(properties)) return 'mapping';
      return isJsonObject(additionalProperties) ? 'names with values' : 'mapping';
    default:
      return 'any value';
  }
}

function boundsOf({ minimum, maximum, exclusiveMinimum }: JsonObject): string {
  // The largest integer is no bound that anybody set.
  const isSet = (bound: Json | undefined): bound is number =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  return [
    isSet(minimum) ? ` from ${minimum}` : '',
    isSet(exclusiveMinimum) ? ` above ${exclusiveMinimum}` : '',
    isSet(maximum) ? ` to ${maximum}` : '',
  ].join('');
}

function shown(value: Json): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
