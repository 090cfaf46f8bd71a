/** What a text at a place of a pipeline or a file of profiles names, where the schema says no more than that it is a text. */
import type { YamlPath } from './yamlPlace.ts';

export type ValueRole = 'recipe' | 'profile' | 'model' | 'template' | 'step' | 'field' | 'preset';

/** Descriptions of the schema that speak of a field which is there already, not of one that the step makes. */
const EXISTING_FIELD = /\bfields?\b/iu;
const NEW_FIELD =
  /\b(?:takes?|goes into|in this field|into this field|become|request|the answer, into|of the format)\b/iu;

/** @param description what the schema says of the value */
export function roleInPipeline(path: YamlPath, description: string): ValueRole | undefined {
  const [head] = path;
  const name = path.findLast((part) => typeof part === 'string');
  const isWithin = (key: string): boolean => path.slice(0, -1).includes(key);
  if (head === 'with')
    return name === 'model' || name?.endsWith('_model') === true
      ? 'model'
      : name === 'endpoint' || name?.endsWith('_endpoint') === true
        ? 'profile'
        : undefined;
  if (head === 'recipe') return path.length === 1 ? 'recipe' : undefined;
  if (head === 'prompts') return path.length === 2 ? 'template' : undefined;
  if (name === 'endpoint') return 'profile';
  if (name === 'model') return 'model';
  if (head === 'outputs') return name === 'from' ? 'step' : name === 'fields' || isWithin('map') ? 'field' : undefined;
  if (head !== 'steps') return undefined;
  if (name === 'from' && path[2] === 'from') return 'step';
  if (name === 'prompt') return 'template';
  if (path[3] === 'bind') return 'field';
  const isText = EXISTING_FIELD.test(description) && !NEW_FIELD.test(description);
  return isText && path.length > 3 && path[2] !== 'read' && path[2] !== 'draw' ? 'field' : undefined;
}

export function roleInProfiles(path: YamlPath): ValueRole | undefined {
  const [head, , key] = path;
  if (head === 'default') return 'profile';
  if (head !== 'endpoints') return undefined;
  if (key === 'replicas') return 'profile';
  return key === 'preset' && path.length === 3 ? 'preset' : undefined;
}
