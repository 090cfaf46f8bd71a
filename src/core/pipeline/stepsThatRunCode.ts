import type { Plan } from './plan.ts';

/** Ids of the steps that run code of their records, where the person agrees to it. */
export function stepsThatRunCode({ steps }: Plan): readonly string[] {
  return steps.flatMap((step) =>
    step.kind === 'filter' && step.checks?.some((check) => check.kind === 'code' && check.run !== undefined) === true
      ? [step.id]
      : [],
  );
}
