import { prepareEdits, type TextEdit } from '../curate/edits/prepareEdits.ts';
import type { ModifyStep } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import { ExpressionError, parseExpression, type Expression } from '../pipeline/expression.ts';
import { fieldAt, type Outcome, type Rejection, type StepRunner } from './step.ts';

/**
 * Edits texts, then renames, sets, works out and removes fields, in this order; the order of the other fields stays. Then makes a
 * record for every combination of the values to cross with; only then there is an index.
 */
export function createModifyRunner(step: ModifyStep): StepRunner {
  const removed = new Set(step.remove);
  const { texts = [], edits, cross = [] } = step;
  const compute = Object.entries(step.compute ?? {}).map(([field, text]) => ({
    field,
    expression: parseExpression(text),
  }));
  const rearrange = (given: JsonObject): Outcome => {
    const fields = rearranged(step, compute, removed, given);
    if ('reason' in fields) return { records: [], rejections: [fields] };
    const records =
      cross.length === 0
        ? [{ fields: fields.fields, index: null }]
        : crossed(fields.fields, cross).map((variant, index) => ({ fields: variant, index }));
    return { records, rejections: [] };
  };
  if (edits === undefined) return { run: (item) => rearrange(item.fields) };
  let edit: TextEdit | undefined;
  let preparing: Promise<TextEdit> | undefined;
  const work = (prepared: TextEdit, fields: JsonObject): Outcome => {
    const edited = editTexts(texts, prepared, fields);
    return 'records' in edited ? edited : rearrange(edited.fields);
  };
  return {
    run(item) {
      if (edit !== undefined) return work(edit, item.fields);
      preparing ??= prepareEdits(edits);
      return preparing.then((prepared) => {
        edit = prepared;
        return work(prepared, item.fields);
      });
    },
  };
}

function editTexts(
  texts: readonly string[],
  edit: TextEdit,
  fields: JsonObject,
): Outcome | { readonly fields: JsonObject } {
  const turnDown = (reason: string, message: string): Outcome => ({ records: [], rejections: [{ reason, message }] });
  let current = fields;
  for (const path of texts) {
    const value = fieldAt(current, path);
    if (value === undefined) return turnDown('missing-field', `the record has no field ${path}`);
    if (typeof value !== 'string') return turnDown('not-text', `${path} is ${JSON.stringify(value)}, not a text`);
    const edited = edit(value);
    if ('reason' in edited) return turnDown(edited.reason, `${path}: ${edited.message}`);
    current = withValueAt(current, path, edited.text);
  }
  return { fields: current };
}

/** A copy of the fields with another text at a dotted path that leads to one (see fieldAt). */
function withValueAt(fields: JsonObject, path: string, text: string): JsonObject {
  if (Object.hasOwn(fields, path)) return withMember(fields, path, text);
  const [first = '', ...rest] = path.split('.');
  return withMember(fields, first, replaceIn(fields[first] ?? null, rest, text));
}

function replaceIn(value: Json, path: readonly string[], text: string): Json {
  const [name, ...rest] = path;
  if (name === undefined) return text;
  if (Array.isArray(value)) {
    const list: readonly Json[] = value;
    return list.map((element, index) => (index === Number(name) ? replaceIn(element, rest, text) : element));
  }
  if (typeof value !== 'object' || value === null) return value;
  const map = value as JsonObject;
  return withMember(map, name, replaceIn(map[name] ?? null, rest, text));
}

/** Entries keep a field called `__proto__` a field. */
function withMember(fields: JsonObject, name: string, value: Json): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([key, old]) => [key, key === name ? value : old]));
}

/** A field that is worked out from the record. */
interface Computed {
  readonly field: string;
  readonly expression: Expression;
}

function rearranged(
  step: ModifyStep,
  compute: readonly Computed[],
  removed: ReadonlySet<string>,
  given: JsonObject,
): { readonly fields: JsonObject } | Rejection {
  // A map, since a field may have a name that every object knows, such as `constructor`.
  const fields = new Map<string, Json>();
  for (const [name, value] of Object.entries(given)) {
    const renamed = Object.hasOwn(step.rename, name) ? (step.rename[name] ?? name) : name;
    fields.set(renamed, value);
  }
  for (const [name, value] of Object.entries(step.set)) fields.set(name, value);
  for (const { field, expression } of compute) {
    try {
      fields.set(field, expression.evaluate(Object.fromEntries(fields)));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const reason = error.code === 'unknown-name' ? 'missing-field' : 'not-computable';
      return { reason, message: `${field}: ${expression.text}: ${error.message}` };
    }
  }
  for (const name of removed) fields.delete(name);
  return { fields: Object.fromEntries(fields) };
}

function crossed(fields: JsonObject, cross: NonNullable<ModifyStep['cross']>): readonly JsonObject[] {
  return cross.reduce<readonly JsonObject[]>(
    (variants, { field, values }) =>
      variants.flatMap((variant) => values.map((value) => ({ ...variant, [field]: value }))),
    [fields],
  );
}
