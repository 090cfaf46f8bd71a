/** The names that can stand in a pipeline or a file of profiles, each with what it means. Knows nothing of the editor. */
import { basename } from 'node:path';
import type { EndpointProfile } from '../../../core/endpoints/profile.ts';
import { ENDPOINT_PRESETS } from '../../../core/endpoints/presets.ts';
import { commonFields, type KnownFields } from '../../../core/pipeline/knownFields.ts';
import { STEP_KINDS } from '../../../core/pipeline/pipelineSchema.ts';
import type { Recipe } from '../../../core/pipeline/recipeLibrary.ts';
import { isJsonObject, type JsonObject } from '../../../core/record/json.ts';
import type { SchemaValue } from './schemaWalk.ts';
import type { ValueRole } from './valueRole.ts';
import type { YamlPath, YamlPlace } from './yamlPlace.ts';

/** What is known around a file. */
export interface NameFacts {
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly profiles: readonly { readonly name: string; readonly profile: EndpointProfile }[];
  /** As pipelines name them: ids, or paths. */
  readonly templates: readonly SchemaValue[];
  /** Fields of the records of each step. */
  readonly fields: ReadonlyMap<string, KnownFields>;
}

type Place = Pick<YamlPlace, 'path' | 'data'>;

export function namesOf(role: ValueRole, place: Place, facts: NameFacts): readonly SchemaValue[] {
  switch (role) {
    case 'recipe':
      return [...facts.recipes.values()].map(({ id, title, description }) => ({
        value: id,
        description: `${title}. ${description}`,
      }));
    case 'profile':
      return profileNames(place, facts);
    case 'model':
      return modelNames(place, facts);
    case 'template':
      return facts.templates;
    case 'step':
      return stepNames(place);
    case 'field':
      return fieldNames(place, facts).map((value) => ({ value, description: '' }));
    case 'preset':
      return ENDPOINT_PRESETS.map(({ id, title, baseUrl }) => ({ value: id, description: `${title} · ${baseUrl}` }));
  }
}

/** Those that can be used, and those of the file itself, which need not be right while it is written. */
function profileNames({ path, data }: Place, { profiles }: NameFacts): readonly SchemaValue[] {
  const found = new Map(profiles.map(({ name, profile }) => [name, describeProfile(profile)]));
  const own = isJsonObject(data) && isJsonObject(data['endpoints']) ? data['endpoints'] : {};
  for (const name of Object.keys(own)) if (!found.has(name)) found.set(name, '');
  // A pool is no replica of itself.
  if (path[0] === 'endpoints') found.delete(String(path[1]));
  return [...found].map(([value, description]) => ({ value, description }));
}

/** Keys under `prompts`: the steps of the recipe, or of the pipeline, that ask with a template. */
export function promptKeys({ path, data }: Place, { recipes }: NameFacts): readonly SchemaValue[] {
  if (path.length !== 1 || path[0] !== 'prompts' || !isJsonObject(data)) return [];
  const { recipe: id } = data;
  const recipe = typeof id === 'string' ? recipes.get(id) : undefined;
  const steps = recipe?.steps ?? stepsOf(data);
  const asks = steps.filter((step) => ['generate', 'dialogue', 'judge'].some((kind) => kind in step));
  return asks.flatMap((step): SchemaValue[] => {
    const prompt = promptOf(step);
    return typeof step['id'] === 'string' ? [{ value: step['id'], description: prompt ?? '' }] : [];
  });
}

/** A step's kind: the key in it that says what it does. */
export function kindOf(step: Readonly<Record<string, unknown>>): string | undefined {
  return STEP_KINDS.find((kind) => Object.hasOwn(step, kind));
}

export function stepsOf(data: unknown): readonly JsonObject[] {
  const steps = isJsonObject(data) ? data['steps'] : undefined;
  return Array.isArray(steps) ? steps.filter((step): step is JsonObject => isJsonObject(step)) : [];
}

function promptOf(step: JsonObject): string | undefined {
  for (const part of Object.values(step)) {
    if (isJsonObject(part) && typeof part['prompt'] === 'string') return part['prompt'];
  }
  return undefined;
}

export function describeProfile({ kind, base_url: baseUrl, model }: EndpointProfile): string {
  return [kind, baseUrl, model].filter((part) => part !== undefined).join(' · ');
}

/** Models that the profile of the place has as its own, then those of the other profiles and of the file itself. */
function modelNames({ path, data }: Place, { profiles }: NameFacts): readonly SchemaValue[] {
  const around = valueAt(data, path.slice(0, -1));
  const named =
    (isJsonObject(around) ? around['endpoint'] : undefined) ?? (isJsonObject(data) ? data['endpoint'] : undefined);
  const found = new Map<string, string>();
  const own = profiles.filter(({ name }) => name === named);
  for (const { name, profile } of [...own, ...profiles]) {
    if (profile.model !== undefined && !found.has(profile.model)) found.set(profile.model, name);
  }
  return [...found].map(([value, description]) => ({ value, description }));
}

/** Steps from which one can read: all others for an output, for a step those that are not itself. */
function stepNames({ path, data }: Place): readonly SchemaValue[] {
  const self = path[0] === 'steps' ? path[1] : undefined;
  const steps = isJsonObject(data) && Array.isArray(data['steps']) ? (data['steps'] as readonly unknown[]) : [];
  return steps.flatMap((step, index): SchemaValue[] => {
    if (index === self || !isJsonObject(step) || typeof step['id'] !== 'string') return [];
    return [{ value: step['id'], description: kindOf(step) ?? '' }];
  });
}

/** Fields of the records that come into the step of the place, or into the output. */
function fieldNames({ path, data }: Place, { fields, recipes }: NameFacts): readonly string[] {
  const [head, index] = path;
  if (!isJsonObject(data) || typeof index !== 'number') return [];
  if (head === 'steps') return [...(incoming(data, index, fields) ?? [])];
  const output = valueAt(data, ['outputs', index]);
  const from = isJsonObject(output) && typeof output['from'] === 'string' ? output['from'] : undefined;
  const { recipe: id } = data;
  const recipe = typeof id === 'string' ? recipes.get(id) : undefined;
  const last = from ?? recipe?.output.from ?? stepsOf(data).at(-1)?.['id'] ?? [...fields.keys()].at(-1);
  const known = typeof last === 'string' ? (fields.get(last) ?? null) : null;
  const names = known === null && recipe !== undefined ? Object.keys(recipe.example) : [...(known ?? [])];
  return [...new Set(['id', ...names])];
}

function incoming(data: JsonObject, index: number, fields: ReadonlyMap<string, KnownFields>): KnownFields {
  const steps = data['steps'];
  if (!Array.isArray(steps)) return null;
  const idOf = (step: unknown): string => (isJsonObject(step) && typeof step['id'] === 'string' ? step['id'] : '');
  const given = valueAt(data, ['steps', index, 'from']);
  const from =
    typeof given === 'string' ? [given] : Array.isArray(given) ? given.map(String) : [idOf(steps[index - 1])];
  return commonFields(from.map((id) => fields.get(id) ?? null));
}

export function valueAt(data: unknown, path: YamlPath): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[name];
  }
  return value;
}

/** How a pipeline names a template file by its path: relative to its folder, with a slash. */
export function shownPath(relativePath: string): string {
  return relativePath === basename(relativePath) ? `./${relativePath}` : relativePath;
}
