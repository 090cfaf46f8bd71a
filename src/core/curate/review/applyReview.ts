import type { JsonObject } from '../../record/json.ts';
import { applyEdit, isOutdated, type Decision } from './decision.ts';

/** What to do with records without a valid decision. */
export interface ReviewPolicy {
  /** Records nobody has accepted or rejected. */
  readonly undecided: 'keep' | 'drop';
  /** Records that are not what was reviewed any more. `apply`: the decision counts all the same. */
  readonly changed: 'keep' | 'drop' | 'apply';
  /** Records with a lower rating are dropped. */
  readonly minRating?: number;
}

export type ReviewStatus = 'accepted' | 'undecided' | 'changed';

/** What became of a record in a review. */
export type Reviewed =
  | { readonly fields: JsonObject; readonly status: ReviewStatus; readonly rating: number | null }
  | { readonly reason: string; readonly message: string };

/** Applies a decision to a record; undefined: there is none. */
export function applyReview(
  fields: JsonObject,
  decision: Decision | undefined,
  { undecided, changed, minRating }: ReviewPolicy,
): Reviewed {
  if (decision === undefined) return withoutVerdict(fields, undecided, null);
  const { verdict, edit, rating, note } = decision;
  if (changed !== 'apply' && isOutdated(fields, decision)) {
    const message = 'the record is not what was reviewed any more';
    return changed === 'drop' ? { reason: 'review-changed', message } : { fields, status: 'changed', rating: null };
  }
  const why = note === null || note === '' ? '' : `: ${note}`;
  if (verdict === 'reject') return { reason: 'review-rejected', message: `it was rejected in the review${why}` };
  if (minRating !== undefined && rating !== null && rating < minRating) {
    return { reason: 'review-rating', message: `its rating is ${rating}, the minimum is ${minRating}${why}` };
  }
  const edited = Object.keys(edit).length === 0 ? fields : applyEdit(fields, edit);
  if (verdict === 'accept' || Object.keys(edit).length > 0) return { fields: edited, status: 'accepted', rating };
  return withoutVerdict(edited, undecided, rating);
}

function withoutVerdict(fields: JsonObject, undecided: ReviewPolicy['undecided'], rating: number | null): Reviewed {
  if (undecided === 'keep') return { fields, status: 'undecided', rating };
  return { reason: 'review-undecided', message: 'nobody has accepted it in the review' };
}
