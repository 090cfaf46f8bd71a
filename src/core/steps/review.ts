import { applyReview } from '../curate/review/applyReview.ts';
import { reviewId } from '../curate/review/decision.ts';
import type { ReviewStep } from '../pipeline/plan.ts';
import { comparePlaces, formatKey, type Key } from '../record/key.ts';
import type { StepRunner } from './step.ts';

/** Applies what people decided about records: rejected ones are dropped, edits made, ratings taken over. */
export function createReviewRunner(step: ReviewStep): StepRunner {
  const { file, policy, mark, rating: ratingField } = step;
  // What is to be added is no record of this run: it is added where a dataset is written.
  const decisions = step.decisions.filter(({ add }) => add === undefined);
  const unseen = new Set(decisions.map(({ id }) => id));
  let records = 0;
  /** Records that were kept without their decision. */
  const changed: { readonly key: Key; readonly id: string }[] = [];
  const byId = new Map(decisions.map((decision) => [decision.id, decision]));
  return {
    run({ fields, key }) {
      const id = reviewId(fields, formatKey(key)) ?? '';
      unseen.delete(id);
      records += 1;
      const reviewed = applyReview(fields, byId.get(id), policy);
      if ('status' in reviewed && reviewed.status === 'changed') changed.push({ key, id });
      if ('reason' in reviewed) return { records: [], rejections: [reviewed] };
      const added = {
        ...(mark === undefined ? {} : { [mark]: reviewed.status }),
        ...(ratingField === undefined ? {} : { [ratingField]: reviewed.rating }),
      };
      return { records: [{ fields: { ...reviewed.fields, ...added }, index: null }], rejections: [] };
    },
    refusal() {
      if (records === 0 || decisions.length === 0 || unseen.size < decisions.length) return null;
      const message = `none of the ${decisions.length} decisions in ${file} is about a record of this run: it is the review of another dataset. Nothing was written; name the review of these records, or leave the step out`;
      return { reason: 'review-of-another', message };
    },
    remark() {
      const remarks: string[] = [];
      const [first = ''] = unseen;
      if (unseen.size > 0) {
        remarks.push(
          `${unseen.size} of the ${decisions.length} decisions in ${file} are about records that are not there any more, such as ${first}`,
        );
      }
      const [example] = changed.toSorted((one, other) => comparePlaces(one.key, other.key));
      if (example !== undefined) {
        remarks.push(
          `step ${step.id}: ${changed.length} records, such as ${example.id}, are not what was reviewed any more; they were kept without the decision (\`changed: drop\` or \`apply\` does otherwise)`,
        );
      }
      return remarks.length === 0 ? null : remarks.join('; ');
    },
  };
}
