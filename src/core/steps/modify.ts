import type { ModifyStep } from '../pipeline/plan.ts';
import type { Json } from '../record/json.ts';
import type { StepRunner } from './step.ts';

/** Renames, sets and removes fields, in this order. The order of the other fields stays. */
export function createModifyRunner(step: ModifyStep): StepRunner {
  const removed = new Set(step.remove);
  return {
    run(item) {
      const fields: Record<string, Json> = {};
      for (const [name, value] of Object.entries(item.fields)) {
        const renamed = step.rename[name] ?? name;
        if (!removed.has(renamed)) fields[renamed] = value;
      }
      for (const [name, value] of Object.entries(step.set)) {
        if (!removed.has(name)) fields[name] = value;
      }
      return { records: [{ fields, index: null }], rejections: [] };
    },
  };
}
