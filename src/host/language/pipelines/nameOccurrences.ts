/** Where in a pipeline or a file of profiles a step or a profile is named. Knows nothing of the editor. */
import { parseDocument, visit } from 'yaml';
import { isJsonObject } from '../../../core/record/json.ts';
import { valueAt } from './pipelineNames.ts';
import { roleInPipeline, roleInProfiles } from './valueRole.ts';
import { pathOf, type YamlPath } from './yamlPlace.ts';

/** What can be followed through files by its name. */
export type FollowedKind = 'step' | 'profile' | 'template';

/** A name at its place. Offsets, end exclusive, quotes included. */
export interface NameOccurrence {
  readonly kind: FollowedKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Whether it stands here for the first time: the step's id, the profile's key. */
  readonly isDeclaration: boolean;
}

/** All of a file, in their order. @param isPipeline else it is a file of profiles */
export function nameOccurrences(text: string, isPipeline: boolean): readonly NameOccurrence[] {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const data = dataOf(() => document.toJS({ maxAliasCount: 100 }) as unknown);
  const found: NameOccurrence[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      const [start, end] = node.range ?? [0, 0];
      if (start === end || typeof node.value !== 'string' || node.value === '') return;
      const isKey = key === 'key';
      const path = pathOf(ancestors, node);
      const kind = isKey ? kindOfKey(path, isPipeline, data) : kindOfValue(path, isPipeline);
      if (kind === undefined) return;
      const isDeclaration = isKey ? path.length === 1 && !isPipeline : path.length === 3 && path[2] === 'id';
      found.push({ kind, name: node.value, start, end, isDeclaration });
    },
  });
  return found;
}

/** @param path to the map that holds the key */
function kindOfKey(path: YamlPath, isPipeline: boolean, data: unknown): FollowedKind | undefined {
  if (!isPipeline) return path.length === 1 && path[0] === 'endpoints' ? 'profile' : undefined;
  // With a recipe the keys are the recipe's steps, which have the names they have.
  if (path.length === 1 && path[0] === 'prompts') return Array.isArray(valueAt(data, ['steps'])) ? 'step' : undefined;
  const isBlend = path[0] === 'steps' && path[2] === 'blend' && path.length === 4;
  return isBlend && (path[3] === 'weights' || path[3] === 'counts') ? 'step' : undefined;
}

function kindOfValue(path: YamlPath, isPipeline: boolean): FollowedKind | undefined {
  if (isPipeline && path[0] === 'steps' && path.length === 3 && path[2] === 'id') return 'step';
  if (isPipeline && path[0] === 'steps' && path[2] === 'dedup' && path[3] === 'reference') return 'step';
  const role = isPipeline ? roleInPipeline(path, '') : roleInProfiles(path);
  return role === 'step' || role === 'profile' || role === 'template' ? role : undefined;
}

function dataOf(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Whether a file of profiles has a profile of its own. */
export function hasProfile(data: unknown, name: string): boolean {
  const profiles = valueAt(data, ['endpoints']);
  return isJsonObject(profiles) && Object.hasOwn(profiles, name);
}
