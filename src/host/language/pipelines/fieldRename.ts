/** Gives a field of records another name throughout a pipeline, or says why it cannot be followed. Knows nothing of the editor. */
import { parseDocument } from 'yaml';
import type { KnownFields } from '../../../core/pipeline/knownFields.ts';
import type { TemplateUse } from '../../../core/pipeline/templateUse.ts';
import { fieldOccurrences } from './fieldOccurrences.ts';
import { kindOf, stepsOf } from './pipelineNames.ts';
import { setInYaml, type TextChange } from './yamlEdit.ts';
import { yamlDataOf } from './yamlPlace.ts';

/** What planning a pipeline finds out about its fields. */
export interface FieldFacts {
  /** Codes of what is wrong, sorted. */
  readonly mistakes: readonly string[];
  /** Fields of the records of each step. */
  readonly fields: ReadonlyMap<string, KnownFields>;
  readonly uses: readonly TemplateUse[];
}

/** Why a field keeps its name. */
export type FieldObstacle =
  | { readonly kind: 'no-name' | 'not-made-here' | 'cannot-be-followed' }
  | { readonly kind: 'taken' | 'program' | 'review'; readonly name: string };

export type FieldRename = { readonly changes: readonly TextChange[] } | { readonly obstacle: FieldObstacle };

/** A name that is one in expressions, in templates and in YAML alike. */
const FIELD_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const WORDS = /^(?:and|or|not|in|if|else|true|false|null|yes|no|on|off|y|n|id|openline_id)$/iu;
/** Fields that steps and formats take without being told: their uses do not all stand in the text. */
const IMPLIED: ReadonlySet<string> = new Set([
  ...['text', 'answer', 'messages', 'prompt', 'response', 'reward', 'judge', 'embedding', 'chosen', 'rejected'],
  ...['scores', 'split', 'failed', 'chunk'],
]);

/**
 * Renames a field everywhere in a pipeline at once: where steps make it, where they name it, in expressions and outputs. A
 * template that takes it as the placeholder of its name keeps that, for others use it too: the step binds it instead. The
 * result is planned, and taken only if it has no new mistake and every step has the fields it had, but for the name.
 *
 * @param inspect plans a text of the pipeline
 */
export async function renameField(
  text: string,
  name: string,
  newName: string,
  inspect: (text: string) => Promise<FieldFacts>,
): Promise<FieldRename> {
  const data = yamlDataOf(text);
  if (!FIELD_NAME.test(newName) || WORDS.test(newName)) return { obstacle: { kind: 'no-name' } };
  const occurrences = fieldOccurrences(text);
  if (!occurrences.some((one) => one.name === name && one.isDeclaration))
    return { obstacle: { kind: 'not-made-here' } };
  for (const step of stepsOf(data)) {
    const kind = kindOf(step);
    if (kind === 'script' || kind === 'review') {
      return {
        obstacle: {
          kind: kind === 'script' ? 'program' : 'review',
          name: typeof step['id'] === 'string' ? step['id'] : kind,
        },
      };
    }
  }
  const before = await inspect(text);
  const isTaken = [...before.fields.values()].some((fields) => fields?.has(newName) === true);
  if (isTaken || occurrences.some((one) => one.name === newName)) return { obstacle: { kind: 'taken', name: newName } };
  const isOpen = [...before.fields.values()].includes(null);
  if (isOpen && IMPLIED.has(name)) return { obstacle: { kind: 'cannot-be-followed' } };
  const changes: TextChange[] = occurrences
    .filter((one) => one.name === name)
    .map(({ start, end }) => ({ start, end, text: newName }));
  const bound = bindings(text, data, name, newName, before.uses);
  if (bound === undefined) return { obstacle: { kind: 'cannot-be-followed' } };
  const all = [...changes, ...bound].sort((a, b) => a.start - b.start);
  const after = await inspect(applied(text, all));
  return isSame(before, after, name, newName) ? { changes: all } : { obstacle: { kind: 'cannot-be-followed' } };
}

/** What binds the placeholders that have been filled from the field by its name; undefined: it cannot be written. */
function bindings(
  text: string,
  data: unknown,
  name: string,
  newName: string,
  uses: readonly TemplateUse[],
): readonly TextChange[] | undefined {
  const steps = stepsOf(data);
  const changes: TextChange[] = [];
  for (const { step: id, placeholders, bind, values } of uses) {
    const isByName = placeholders.includes(name) && !Object.hasOwn(bind, name) && !Object.hasOwn(values, name);
    if (!isByName) continue;
    const index = steps.findIndex((step) => step['id'] === id);
    const step = steps[index];
    const kind = step === undefined ? undefined : kindOf(step);
    if (kind === undefined) return undefined;
    const path = ['steps', index, kind, 'bind'];
    const hasMap = parseDocument(text).hasIn(path);
    const change = setInYaml(text, hasMap ? [...path, name] : path, hasMap ? newName : `{ ${name}: ${newName} }`);
    if (change === undefined) return undefined;
    changes.push(change);
  }
  return changes;
}

function isSame(before: FieldFacts, after: FieldFacts, name: string, newName: string): boolean {
  if (before.mistakes.join() !== after.mistakes.join()) return false;
  return [...before.fields].every(([step, fields]) => {
    const now = after.fields.get(step);
    if (fields === null || now === null || now === undefined) return fields === now;
    const expected = [...fields].map((field) => (field === name ? newName : field));
    return now.size === fields.size && expected.every((field) => now.has(field));
  });
}

/** @param changes in their order, none over another */
function applied(text: string, changes: readonly TextChange[]): string {
  return changes.reduceRight(
    (rest, change) => rest.slice(0, change.start) + change.text + rest.slice(change.end),
    text,
  );
}
