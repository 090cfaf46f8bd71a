import type { Edit } from '../curate/edits/edit.ts';
import { isPlainEdit } from '../curate/edits/plainEdits.ts';
import { REDACTED_KINDS } from '../curate/edits/redact.ts';
import type { FilePosition } from '../errors.ts';
import type { DataPath } from '../files/checkValue.ts';
import { checkFieldExpression } from './fieldExpression.ts';
import { mayHaveField, unknownField, type KnownFields } from './knownFields.ts';
import { EDIT_KEYS, type EditInput, type ModifyInput } from './modifySchema.ts';
import type { ModifyStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import { patternMistake, TEXT_FIELD } from './planFilter.ts';
import type { StepDraft } from './readPipeline.ts';

const PLACEHOLDER = '[{kind}]';

/** Settles a `modify` step. @returns the step's own part, and the fields of the records that leave it */
export async function planModify(
  modify: ModifyInput,
  draft: StepDraft,
  incoming: KnownFields,
  planning: Planning,
): Promise<{
  readonly parts: Omit<ModifyStep, 'id' | 'from' | 'prefixesKeys' | 'kind'>;
  readonly fields: KnownFields;
}> {
  const { rename = {}, set = {}, compute = {}, remove = [], cross = {} } = modify;
  const edits = await planEdits(modify, draft, incoming, planning);
  const fields = modifyFields({ rename, set, compute, remove, cross }, draft, incoming, planning);
  const lists = Object.entries(cross).map(([field, values]) => ({ field, values }));
  const crossed = lists.length === 0 ? {} : { cross: lists };
  const computed = Object.keys(compute).length === 0 ? {} : { compute };
  return { parts: { ...edits, rename, set, ...computed, remove, ...crossed }, fields };
}

async function planEdits(
  { text, edit }: ModifyInput,
  { locate }: StepDraft,
  incoming: KnownFields,
  { problems }: Planning,
): Promise<Pick<ModifyStep, 'texts' | 'edits'>> {
  if (edit === undefined) {
    if (text !== undefined) {
      problems.error('needless-key', '`text` has no effect without `edit`', locate(['modify', 'text'], 'key'));
    }
    return {};
  }
  const texts = typeof text === 'object' ? text : [text ?? TEXT_FIELD];
  texts.forEach((field, index) => {
    if (incoming === null || mayHaveField(incoming, field)) return;
    const path = typeof text === 'object' ? ['modify', 'text', index] : ['modify', 'text'];
    problems.error('unknown-field', unknownField(field, incoming), locate(path, 'value'));
  });
  const fault = (code: string, message: string, path: DataPath): null => {
    problems.error(code, message, locate(['modify', ...path], 'value'));
    return null;
  };
  const planned = await Promise.all(edit.map((entry, index) => planEdit(entry, ['edit', index], fault)));
  return { texts, edits: planned.filter((entry) => entry !== null) };
}

/** @returns null after a mistake, which has been told */
async function planEdit(
  input: EditInput,
  path: DataPath,
  fault: (code: string, message: string, path: DataPath) => null,
): Promise<Edit | null> {
  if (typeof input === 'string' && isPlainEdit(input)) return { kind: input };
  const entry = typeof input === 'string' ? { redact: {} } : input;
  const keys = EDIT_KEYS.filter((key) => Object.hasOwn(entry, key));
  if (keys.length !== 1) {
    return fault('conflicting-keys', `an entry does exactly one of ${EDIT_KEYS.join(', ')}`, path);
  }
  const { redact, slice, replace, remove_lines: removed }: Exclude<EditInput, string> = entry;
  if (redact !== undefined) {
    return { kind: 'redact', kinds: redact.kinds ?? REDACTED_KINDS, with: redact.with ?? PLACEHOLDER };
  }
  if (slice !== undefined) {
    const { from, to, with_markers: withMarkers = false } = slice;
    if (from === undefined && to === undefined) {
      return fault('missing-key', '`slice` needs `from`, `to` or both', [...path, 'slice']);
    }
    return {
      kind: 'slice',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      withMarkers,
    };
  }
  const given = replace ?? (typeof removed === 'string' ? { pattern: removed } : removed);
  if (given === undefined) return null;
  const wrong = await patternMistake(given.pattern);
  const inner = [...path, ...keys, ...(typeof removed === 'string' ? [] : ['pattern'])];
  if (wrong !== null) return fault('bad-pattern', wrong, inner);
  const { pattern, ignore_case: ignoreCase = false } = given;
  return replace === undefined
    ? { kind: 'remove_lines', pattern, ignoreCase }
    : { kind: 'replace', pattern, ignoreCase, with: replace.with };
}

function modifyFields(
  { rename, set, compute, remove, cross }: Required<Omit<ModifyInput, 'text' | 'edit'>>,
  { locate }: StepDraft,
  incoming: KnownFields,
  { problems }: Planning,
): KnownFields {
  const expressions = Object.entries(compute);
  const at = (name: string): FilePosition => locate(['modify', 'compute', name], 'value');
  if (incoming === null) {
    for (const [name, text] of expressions) checkFieldExpression(text, null, at(name), problems, 'compute');
    return null;
  }
  for (const name of Object.keys(rename)) {
    if (incoming.has(name)) continue;
    problems.error('unknown-field', unknownField(name, incoming), locate(['modify', 'rename', name], 'key'));
  }
  const fields = new Set([
    ...[...incoming].map((name) => (Object.hasOwn(rename, name) ? (rename[name] ?? name) : name)),
    ...Object.keys(set),
  ]);
  for (const [name, text] of expressions) {
    checkFieldExpression(text, fields, at(name), problems, 'compute');
    fields.add(name);
  }
  for (const [index, name] of remove.entries()) {
    if (fields.delete(name)) continue;
    problems.error('unknown-field', unknownField(name, fields), locate(['modify', 'remove', index], 'value'));
  }
  for (const name of Object.keys(cross)) fields.add(name);
  return fields;
}
