/** What can be written at a place of a pipeline or of a file of profiles. Knows nothing of the editor. */
import { STEP_KINDS } from '../../../core/pipeline/pipelineSchema.ts';
import { writeReference } from '../../../core/pipeline/templateReferences.ts';
import type { JsonObject } from '../../../core/record/json.ts';
import {
  descriptionOf,
  keysOf,
  schemasAt,
  takesMap,
  valuesOf,
  type SchemaKey,
  type SchemaValue,
} from './schemaWalk.ts';
import type { ValueRole } from './valueRole.ts';
import type { YamlPath, YamlPlace } from './yamlPlace.ts';

export interface Suggestion {
  readonly label: string;
  readonly description: string;
  /** Of a snippet: the text to insert is one. */
  readonly kind: 'key' | 'value' | 'name' | 'snippet';
  /** Text in the editor's snippet syntax; without it the label is inserted. Later lines are indented as the first. */
  readonly snippet?: string;
  readonly text: string;
  /** Whether the editor should go on and suggest what follows. */
  readonly goesOn: boolean;
}

/** A text to start from. */
export interface Skeleton {
  readonly label: string;
  readonly description: string;
  readonly snippet: string;
}

/** What a kind of file brings along. */
export interface SuggestionSource {
  readonly schema: JsonObject;
  readonly roleOf: (path: YamlPath, description: string) => ValueRole | undefined;
  /** Names that can stand at a place. */
  readonly namesOf: (role: ValueRole, place: Pick<YamlPlace, 'path' | 'data'>) => readonly SchemaValue[];
  /** Keys that the schema does not name: the steps under `prompts`. */
  readonly keysOf: (place: Pick<YamlPlace, 'path' | 'data'>) => readonly SchemaValue[];
  readonly skeletons: (path: YamlPath) => readonly Skeleton[];
}

/** Keys that do not stand together. */
const APART: readonly (readonly [string, string])[] = [
  ['recipe', 'steps'],
  ['with', 'steps'],
  ['prompts', 'steps'],
  ['output', 'outputs'],
];

export interface SuggestionOptions {
  /** Something else offers what the schema says: only names and skeletons are wanted. */
  readonly schemaIsOffered: boolean;
  /** Spaces before the first word of the line. */
  readonly indent: number;
}

export function suggestionsAt(
  place: YamlPlace,
  source: SuggestionSource,
  { schemaIsOffered, indent }: SuggestionOptions,
): readonly Suggestion[] {
  const schemas = schemasAt(source.schema, place.path, place.data);
  const found: Suggestion[] = [];
  if (place.part !== 'value') {
    const inner = ' '.repeat(place.range.start - indent);
    if (place.siblings.length === 0 && !place.isFlow && !place.hasColon) {
      for (const { label, description, snippet } of source.skeletons(place.path)) {
        const indented = snippet.replaceAll('\n', `\n${inner}`);
        found.push({ label, description, kind: 'snippet', snippet: indented, text: label, goesOn: false });
      }
    }
    const named = source.keysOf(place).map(({ value, description }): SchemaKey => {
      return { name: value, description, isRequired: false, takes: 'value' };
    });
    const keys = [...named, ...(schemaIsOffered ? [] : keysOf(schemas, source.schema))];
    found.push(...keys.filter(({ name }) => isWanted(name, place)).map((key) => ofKey(key, place, inner)));
  }
  // A text can be the element of a list, or stand alone under its key.
  const isValue = place.part === 'value' || (place.siblings.length === 0 && !place.hasColon && !takesOnlyMap(schemas));
  if (!isValue) return found;
  const role = source.roleOf(place.path, descriptionOf(schemas));
  const names = role === undefined ? [] : source.namesOf(role, place);
  const values = schemaIsOffered
    ? []
    : valuesOf(schemas).filter(({ value }) => names.every((one) => one.value !== value));
  const add = (kind: 'value' | 'name', { value, description }: SchemaValue): void => {
    found.push({ label: value, description, kind, text: written(value, kind, place), goesOn: false });
  };
  for (const name of names) add('name', name);
  for (const value of values) add('value', value);
  return found;
}

function takesOnlyMap(schemas: readonly JsonObject[]): boolean {
  return takesMap(schemas) && !schemas.some(({ type }) => type === 'string');
}

function isWanted(name: string, { siblings, path, hasColon }: YamlPlace): boolean {
  if (siblings.includes(name)) return false;
  if (hasColon) return true;
  const isStep = path.length === 2 && path[0] === 'steps';
  const isKind = (key: string): boolean => STEP_KINDS.some((kind) => kind === key);
  if (isStep && isKind(name) && siblings.some(isKind)) return false;
  if (path.length > 0) return true;
  return !APART.some(
    ([one, other]) => (name === one && siblings.includes(other)) || (name === other && siblings.includes(one)),
  );
}

function ofKey({ name, description, takes }: SchemaKey, { hasColon, isFlow }: YamlPlace, inner: string): Suggestion {
  const text = hasColon ? name : `${name}: `;
  const deeper = { map: `\n${inner}  $0`, list: `\n${inner}  - $0`, value: ' $0' }[takes];
  const base = { label: name, description, kind: 'key', text, goesOn: !hasColon } as const;
  return hasColon || isFlow ? base : { ...base, snippet: `${name}:${deeper}` };
}

function written(value: string, kind: 'value' | 'name', { isQuoted }: YamlPlace): string {
  // Numbers and truth values of the schema lose their meaning in quotes.
  if (kind === 'value') return value;
  return isQuoted ? JSON.stringify(value).slice(1, -1) : writeReference(value, '');
}
