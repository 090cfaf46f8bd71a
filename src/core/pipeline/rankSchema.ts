/** The form of a `rank` step. */
import * as z from 'zod';

const name = z.string().min(1);

export const rankSchema = z
  .strictObject({
    score: name.describe('Field with the number to rank by, dots lead inwards (reward.helpfulness); more is better'),
    by: name
      .exactOptional()
      .describe('Records with the same value of this field compete; default: those made from the same record'),
    all: z
      .literal(true)
      .exactOptional()
      .describe('All records compete with each other, whatever they were made from: `keep: 100` are the best 100'),
    quantile: z
      .number()
      .gt(0)
      .max(1)
      .exactOptional()
      .describe(
        'Instead: keeps, in their order, the records whose score is no greater than that of this share of all (of those with the same value of `by`); 0.7 drops the topmost 30%',
      ),
    keep: z.int().min(1).exactOptional().describe('So many of the best are kept, best first'),
    pairs: z
      .strictObject({
        chosen: name.describe('Field that takes the answer with the best score'),
        rejected: name.describe('Field that takes the answer with the worst score'),
      })
      .exactOptional()
      .describe('Makes one record of the best and the worst answer, instead of keeping the best'),
    prompt: name
      .exactOptional()
      .describe('pairs: field with the prompt, which the pair has as `prompt`; default: prompt'),
    answer: name.exactOptional().describe('pairs: field with the answer; default: response'),
    scores: name
      .exactOptional()
      .describe('pairs: field that takes { chosen, rejected }, the two scores; default: scores'),
    margin: z
      .number()
      .min(0)
      .exactOptional()
      .describe('pairs: how far apart the two scores must be at least; default 0, but equal scores never make a pair'),
  })
  .describe('Compare the answers to each prompt: keep the best, or pair the best with the worst');
