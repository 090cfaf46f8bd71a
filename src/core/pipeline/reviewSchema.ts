import * as z from 'zod';

const fieldName = z.string().min(1);

export const reviewSchema = z
  .strictObject({
    file: z.string().min(1).describe('The review file, such as data/chat.review.jsonl'),
    undecided: z
      .enum(['keep', 'drop'])
      .exactOptional()
      .describe('Records that nobody has accepted or rejected; default keep'),
    changed: z
      .enum(['keep', 'drop', 'apply'])
      .exactOptional()
      .describe(
        'Records that are not what was reviewed any more: keep without the decision (the default), drop, or apply it',
      ),
    min_rating: z.number().exactOptional().describe('Rated records below are dropped'),
    mark: fieldName.exactOptional().describe('Field that takes accepted, undecided or changed'),
    rating: fieldName.exactOptional().describe('Field that takes the rating, null without one'),
  })
  .describe('Apply what people decided about the records');
