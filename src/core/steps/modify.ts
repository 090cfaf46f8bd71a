import type { ModifyStep } from '../pipeline/plan.ts';
import type { Json } from '../record/json.ts';
import type { StepRunner } from './step.ts';

/** Renames, sets and removes fields, in this order. The order of the other fields stays. */
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
      return { records: [{ fields: Object.fromEntries(fields), index: null }], rejections: [] };
    },
  };
}
