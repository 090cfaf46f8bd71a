import { resolve } from 'node:path';
import { readReview } from '../curate/review/readReview.ts';
import type { KnownFields } from './knownFields.ts';
import type { ReviewStep } from './plan.ts';
import type { Planning } from './planContext.ts';
import type { Planned, StepBase } from './planOrdered.ts';
import type { StepInput } from './pipelineSchema.ts';
import type { StepDraft } from './readPipeline.ts';

/** Reads the review file; a run keeps to what it says when the run starts. */
export async function planReview(
  review: NonNullable<StepInput['review']>,
  base: StepBase,
  draft: StepDraft,
  fields: KnownFields,
  { folder, problems }: Planning,
): Promise<Planned<ReviewStep>> {
  const { undecided = 'keep', changed = 'keep', min_rating: minRating, mark, rating } = review;
  const at = draft.locate(['review', 'file'], 'value');
  const path = resolve(folder, review.file);
  const found = await readReview(path, path).catch((error: unknown) => {
    const why =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error);
    problems.error('no-review', `the review file ${review.file} cannot be read: ${why}`, at);
    return null;
  });
  problems.add(found?.diagnostics ?? [], at);
  const added = [mark, rating].filter((name) => name !== undefined);
  const policy = { undecided, changed, ...(minRating === undefined ? {} : { minRating }) };
  return {
    step: {
      kind: 'review',
      ...base,
      file: review.file,
      decisions: [...(found?.decisions.values() ?? [])],
      policy,
      ...(mark === undefined ? {} : { mark }),
      ...(rating === undefined ? {} : { rating }),
    },
    // Edits may add any field.
    fields: fields === null ? null : new Set([...fields, ...added]),
  };
}
