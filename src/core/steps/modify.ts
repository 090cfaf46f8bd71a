import type { ModifyStep } from '../pipeline/plan.ts';
import type { Json, JsonObject } from '../record/json.ts';
import type { StepRunner } from './step.ts';

/**
 * Renames, sets and removes fields, in this order; the order of the other fields stays. Then makes a record for every
 * combination of the values to cross with; only then there is an index.
 */
export function createModifyRunner(step: ModifyStep): StepRunner {
  const removed = new Set(step.remove);
  return {
    run(item) {
      // A map, since a field may have a name that every object knows, such as `constructor`.
      const fields = new Map<string, Json>();
      for (const [name, value] of Object.entries(item.fields)) {
        const renamed = Object.hasOwn(step.rename, name) ? (step.rename[name] ?? name) : name;
        if (!removed.has(renamed)) fields.set(renamed, value);
      }
      for (const [name, value] of Object.entries(step.set)) {
        if (!removed.has(name)) fields.set(name, value);
      }
      const made = Object.fromEntries(fields);
      const { cross = [] } = step;
      const records =
        cross.length === 0
          ? [{ fields: made, index: null }]
          : crossed(made, cross).map((variant, index) => ({ fields: variant, index }));
      return { records, rejections: [] };
    },
  };
}

function crossed(fields: JsonObject, cross: NonNullable<ModifyStep['cross']>): readonly JsonObject[] {
  return cross.reduce<readonly JsonObject[]>(
    (variants, { field, values }) =>
      variants.flatMap((variant) => values.map((value) => ({ ...variant, [field]: value }))),
    [fields],
  );
}
