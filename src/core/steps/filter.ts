import type { FilterStep } from '../pipeline/plan.ts';
import { fieldAt, type Outcome, type StepRunner } from './step.ts';

/** Keeps a record when its field is a number within the bounds (both inclusive); says why not otherwise. */
export function createFilterRunner(step: FilterStep): StepRunner {
  const turnDown = (reason: string, message: string): Outcome => ({ records: [], rejections: [{ reason, message }] });
  return {
    run(item) {
      const value = fieldAt(item.fields, step.field);
      if (value === undefined) return turnDown('missing-field', `the record has no field ${step.field}`);
      if (typeof value !== 'number')
        return turnDown('not-a-number', `${step.field} is ${JSON.stringify(value)}, not a number`);
      if (step.min !== undefined && value < step.min)
        return turnDown('below-minimum', `${step.field} is ${value}, the minimum is ${step.min}`);
      if (step.max !== undefined && value > step.max)
        return turnDown('above-maximum', `${step.field} is ${value}, the maximum is ${step.max}`);
      return { records: [{ fields: item.fields, index: null }], rejections: [] };
    },
  };
}
