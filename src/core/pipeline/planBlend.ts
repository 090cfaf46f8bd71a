import { unknownName } from '../files/checkValue.ts';
import type { KnownFields } from './knownFields.ts';
import type { BlendStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { Planned, StepBase } from './planOrdered.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

/** Settles how much of each step goes into the mixture. */
export function planBlend(
  blend: NonNullable<StepInput['blend']>,
  base: StepBase,
  draft: StepDraft,
  fields: KnownFields,
  { problems }: Planning,
): Planned<BlendStep> {
  const { weights, counts, total, repeat = false, order = 'mixed', mark, seed = 0 } = blend;
  if ((weights === undefined) === (counts === undefined)) {
    const message = 'a blend says how much of each step of `from` it takes: `weights`, or `counts`';
    const code = weights === undefined ? 'missing-key' : 'conflicting-keys';
    problems.error(code, weights === undefined ? message : `${message}; not both`, draft.locate(['blend'], 'key'));
    return { fields };
  }
  if (total !== undefined && counts !== undefined) {
    problems.error('needless-key', '`total` has no effect with `counts`', draft.locate(['blend', 'total'], 'key'));
  }
  const name = weights === undefined ? 'counts' : 'weights';
  const given = weights ?? counts ?? {};
  const steps = base.from.map(({ step }) => step);
  for (const step of Object.keys(given)) {
    if (steps.includes(step)) continue;
    const message = unknownName(step, steps, 'a step of `from`');
    problems.error('unknown-step', message, draft.locate(['blend', name, step], 'key'));
  }
  for (const step of steps.filter((candidate) => !Object.hasOwn(given, candidate))) {
    problems.error('missing-key', `\`${name}\` says nothing of ${step}`, draft.locate(['blend', name], 'value'));
  }
  const sources = steps.map((step) =>
    weights === undefined ? { step, count: counts?.[step] ?? 1 } : { step, weight: weights[step] ?? 1 },
  );
  const shared = { kind: 'blend', ...base, sources, repeat, order, seed } as const;
  return {
    step: { ...shared, ...(total === undefined ? {} : { total }), ...(mark === undefined ? {} : { mark }) },
    fields: fields === null || mark === undefined ? fields : new Set([...fields, mark]),
  };
}
