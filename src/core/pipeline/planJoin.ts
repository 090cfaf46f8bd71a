import type { JoinStep } from './joinPlan.ts';
import type { KnownFields } from './knownFields.ts';
import type { Planning } from './planContext.ts';
import type { Planned, StepBase } from './planOrdered.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

/** @param sources the fields of the records of each step that it reads from */
export function planJoin(
  { index }: NonNullable<StepInput['join']>,
  base: StepBase,
  draft: StepDraft,
  sources: readonly KnownFields[],
  { problems }: Planning,
): Planned<JoinStep> {
  if (base.from.length < 2) {
    const message = 'a join has several steps to take records from; name them in `from`';
    problems.error('missing-source', message, draft.locate(['join'], 'key'));
  }
  const all = new Set(index === undefined ? [] : [index]);
  let known = true;
  for (const fields of sources) {
    known &&= fields !== null;
    for (const name of fields ?? []) all.add(name);
  }
  return { step: { kind: 'join', ...base, ...(index === undefined ? {} : { index }) }, fields: known ? all : null };
}
