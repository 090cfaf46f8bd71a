/** Steps that can be added to a pipeline, made from the same skeletons as completion offers. */
import { isJsonObject, type Json, type JsonObject } from '../../../core/record/json.ts';
import { yamlDataOf } from '../../language/pipelines/yamlPlace.ts';
import type { Skeleton } from '../../language/pipelines/suggestions.ts';

/** Fields that a skeleton names for the text of a record. */
const TEXT_FIELDS = ['answer', 'question', 'text'];
/** Steps that curate what others made; they stand first. */
const CURATING = ['filter step', 'filter by a number step', 'dedup step', 'judge step', 'modify step', 'split step'];

export interface StepAddition {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly step: JsonObject;
}

export function stepAdditions(skeletons: readonly Skeleton[]): readonly StepAddition[] {
  const all = skeletons.flatMap(({ label, description, snippet }): StepAddition[] => {
    const step = yamlDataOf(plainText(snippet));
    return isJsonObject(step) ? [{ id: label, label, description, step }] : [];
  });
  const rank = ({ id }: StepAddition): number => (CURATING.includes(id) ? CURATING.indexOf(id) : CURATING.length);
  return all.toSorted((one, other) => rank(one) - rank(other));
}

/**
 * The step as it goes into a pipeline: with an id of its own, and with fields that its records have.
 *
 * @param taken ids of the steps there are
 * @param fields names of the fields of the records that come in; undefined: not known
 */
export function fittedStep(
  { id: addition, step }: StepAddition,
  taken: ReadonlySet<string>,
  fields: readonly string[] | undefined,
): JsonObject {
  const wanted = typeof step['id'] === 'string' ? step['id'] : 'step';
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
  const field = fields === undefined || !CURATING.includes(addition) ? undefined : usualField(fields);
  const rest = field === undefined ? step : renamed(step, field);
  return { ...(isJsonObject(rest) ? rest : {}), id };
}

/** A snippet with the texts that stand in its places. */
function plainText(snippet: string): string {
  return snippet
    .replaceAll(/\$\{\d+\|(?<first>[^,|]*)[^|]*\|\}/gu, '$<first>')
    .replaceAll(/\$\{\d+:(?<text>[^}]*)\}/gu, '$<text>')
    .replaceAll(/\$\d+/gu, '');
}

function usualField(fields: readonly string[]): string | undefined {
  return (
    ['answer', 'question', 'prompt', 'response', 'openline', 'text'].find((name) => fields.includes(name)) ?? fields[0]
  );
}

function renamed(value: Json, field: string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((element) => renamed(element, field));
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, renamed(member, field)]));
  }
  return typeof value === 'string' && TEXT_FIELDS.includes(value) ? field : value;
}
