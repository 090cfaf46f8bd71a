/** The fields of the form: what a value of the file is, how it is edited, and what the form's text means. No `vscode`. */
import { companionsOf, type RecipeParameter } from '../../../core/pipeline/recipeSchema.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import type { Control, SetupField, SetupValue } from '../../../protocol/setup.ts';
import { valueAt } from '../../language/pipelines/pipelineNames.ts';
import { defaultOf, descriptionOf, keysOf, schemasAt, valuesOf } from '../../language/pipelines/schemaWalk.ts';
import type { YamlPath } from '../../language/pipelines/yamlPlace.ts';

/** A field before it is known what is wrong with it. */
type Unchecked = Omit<SetupField, 'problem'>;

const PARAMETER_CONTROLS: Readonly<Record<RecipeParameter['type'], Control>> = {
  integer: 'number',
  number: 'number',
  text: 'text',
  boolean: 'switch',
  list: 'list',
  files: 'list',
  map: 'text',
  schema: 'text',
};

/** Fields of a recipe's parameters, without those that make no sense beside what is given. */
export function parameterFields(
  parameters: Readonly<Record<string, RecipeParameter>>,
  given: JsonObject,
  hidden: ReadonlySet<string>,
): readonly SetupField[] {
  return Object.entries(parameters).flatMap(([name, parameter]): SetupField[] => {
    const isGiven = Object.hasOwn(given, name);
    const companions = companionsOf(parameter);
    const isIdle = companions.length > 0 && !companions.some((other) => Object.hasOwn(given, other));
    if (!isGiven && (hidden.has(name) || isIdle)) return [];
    const { type, choices, description, default: preset, optional, advanced } = parameter;
    const control = choices === undefined ? PARAMETER_CONTROLS[type] : 'choice';
    const isRequired = preset === undefined && optional !== true;
    const isUsual = isRequired || hidden.has(name) || (advanced !== true && optional !== true);
    return [
      finish({
        path: ['with', name],
        name,
        description,
        control,
        choices: [...(choices ?? [])],
        value: readValue(given[name], control, type === 'map'),
        placeholder: textOf(preset),
        isRequired,
        isMinor: !isGiven && !isUsual,
      }),
    ];
  });
}

export interface SchemaFieldsOptions {
  /** JSON Schema of the whole file. */
  readonly schema: JsonObject;
  readonly data: unknown;
  /** Keys that are usual there although they are not given; default: none. */
  readonly usual?: readonly string[];
  /** Keys that are left out. */
  readonly without?: readonly string[];
  /** Endpoint profiles that can be named. */
  readonly endpoints: readonly string[];
  /** What applies where nothing is given, by the last part of the path. */
  readonly defaults?: Readonly<Record<string, string>>;
}

/** Fields of a map of the file by its schema, and the names of what only the text can hold. */
export function schemaFields(
  path: YamlPath,
  options: SchemaFieldsOptions,
): { readonly fields: readonly SetupField[]; readonly others: readonly string[] } {
  const fields: SetupField[] = [];
  const others: string[] = [];
  const { schema, data, usual = [], without = [], endpoints, defaults = {} } = options;
  const present = valueAt(data, path);
  const add = (own: YamlPath, prefix: string): void => {
    const held = valueAt(data, own);
    const keys = keysOf(schemasAt(schema, own, data), schema);
    // A map of names that nobody lays down (values of placeholders) shows those that are there.
    const free = keys.length === 0 && isJsonObject(held) ? Object.keys(held) : [];
    for (const { name, description, isRequired } of [...keys, ...free.map(freeKey)]) {
      const at = [...own, name];
      const value = valueAt(data, at);
      const label = `${prefix}${name}`;
      if (without.includes(label)) continue;
      const schemas = schemasAt(schema, at, data);
      const control = controlOf(name, schemas);
      if (control === undefined) {
        // What stands in a map of its own is shown where it is given.
        if (isJsonObject(value) && prefix === '') add(at, `${name}.`);
        else if (value !== undefined) others.push(label);
        continue;
      }
      const isGiven = isJsonObject(held) && Object.hasOwn(held, name);
      fields.push(
        finish({
          path: at,
          name: label,
          description: description === '' ? descriptionOf(schemas) : description,
          control,
          choices: control === 'endpoint' ? [...endpoints] : control === 'choice' ? namedValues(schemas) : [],
          value: readValue(value, control, false),
          placeholder: defaults[name] ?? textOf(defaultOf(schemas)),
          isRequired,
          isMinor: !isGiven && !isRequired && !usual.includes(label),
        }),
      );
    }
  };
  if (present === undefined || present === null || isJsonObject(present)) add(path, '');
  return { fields, others };
}

function freeKey(name: string): { name: string; description: string; isRequired: boolean } {
  return { name, description: '', isRequired: false };
}

/** The control for what schemas allow; undefined: only the text can hold it. */
function controlOf(name: string, schemas: readonly JsonObject[]): Control | undefined {
  const takes = (type: string): boolean => schemas.some((schema) => [schema['type']].flat().includes(type));
  if (takes('array')) return schemas.some(({ items }) => isTextSchema(items)) ? 'list' : undefined;
  const named = namedValues(schemas);
  if (named.length > 0 && named.every((value) => value === 'true' || value === 'false')) {
    return takes('string') ? 'text' : 'switch';
  }
  if (named.length > 0) return 'choice';
  if (takes('integer') || takes('number')) return 'number';
  if (!takes('string')) return undefined;
  if (name === 'endpoint' || name === 'model') return name;
  return name === 'system' || name === 'description' ? 'passage' : 'text';
}

function namedValues(schemas: readonly JsonObject[]): string[] {
  return valuesOf(schemas).map(({ value }) => value);
}

function isTextSchema(items: Json | undefined): boolean {
  if (!isJsonObject(items)) return false;
  const { type, anyOf, enum: choices } = items;
  if (type === 'string' || choices !== undefined) return true;
  return Array.isArray(anyOf) && (anyOf as readonly Json[]).some(isTextSchema);
}

function finish(field: Unchecked): SetupField {
  const { control, value } = field;
  const isLong = control === 'text' && value.kind === 'text' && value.text.includes('\n');
  return { ...field, control: isLong ? 'passage' : control, problem: null };
}

/** A value as a control holds it. @param isMap whether only the text can hold it, given or not */
export function readValue(value: unknown, control: Control, isMap: boolean): SetupValue {
  if (isMap) return { kind: 'other', text: value === undefined ? '' : textOf(value as Json) };
  if (value === undefined || value === null) return { kind: 'absent' };
  if (control === 'list') {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isPlain = items.every((item) => isScalar(item) && !String(item).includes('\n'));
    return isPlain ? { kind: 'list', items: items.map(String) } : { kind: 'other', text: textOf(value as Json) };
  }
  if (control !== 'text' && control !== 'passage' && typeof value === 'string' && value.includes('\n')) {
    return { kind: 'other', text: value };
  }
  return isScalar(value) ? { kind: 'text', text: String(value) } : { kind: 'other', text: textOf(value as Json) };
}

/**
 * What the text of a control means in the file. What is no number is written as it is: the check tells what is wrong, in
 * the form as in the text.
 *
 * @returns undefined: the value is taken out
 */
export function writtenValue(control: Control, value: string | readonly string[] | null): Json | undefined {
  if (value === null) return undefined;
  if (control === 'list') {
    const lines = (typeof value === 'string' ? value.split('\n') : value).map((line) => line.trim());
    const items = lines.filter((line) => line !== '');
    return items.length === 0 ? undefined : items;
  }
  const text = typeof value === 'string' ? value : value.join('\n');
  if (text.trim() === '') return undefined;
  if (control === 'number') {
    const number = Number(text.trim());
    return Number.isFinite(number) ? number : text.trim();
  }
  if (control === 'switch' && (text === 'true' || text === 'false')) return text === 'true';
  return control === 'passage' ? text : text.trim();
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && value.every(isScalar)) return value.join(', ');
  return isScalar(value) ? String(value) : JSON.stringify(value);
}
