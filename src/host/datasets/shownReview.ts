import { basename } from 'node:path';
import type { ReviewState } from '../../core/datasets/view/viewTypes.ts';
import type { ShownReview } from '../../protocol/dataset.ts';

/** A review as a page shows it: by the name of its file. */
export function shownReview(review: ReviewState | null): ShownReview | null {
  if (review === null) return null;
  const { path, ...rest } = review;
  return { ...rest, file: basename(path) };
}
