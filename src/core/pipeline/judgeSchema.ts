/** The form of a `judge` step. */
import * as z from 'zod';
import { attempts, fallbackSchema, generationSchema, placeholderValues, promptSchema } from './askSchema.ts';

const name = z.string().min(1);

export const judgeSchema = z
  .strictObject({
    prompt: promptSchema
      .exactOptional()
      .describe(
        'Template with the rubric: judge-helpfulness (the default), judge-correctness, judge-coherence, judge-complexity, judge-verbosity, judge-safety, judge-bias, or one of your own',
      ),
    bind: z.record(name, name).exactOptional().describe('Placeholder ← record field; default: the field of its name'),
    values: placeholderValues.exactOptional().describe('Placeholder ← fixed value'),
    system: name.exactOptional().describe('System message, with {placeholders}, instead of that of the template'),
    scale: z
      .strictObject({ min: z.number().describe('The worst score'), max: z.number().describe('The best score') })
      .exactOptional()
      .describe(
        'Scores are whole numbers from min to max ({scale_min} and {scale_max} in the template); default 1 to 5',
      ),
    scores: z
      .array(name)
      .min(1)
      .exactOptional()
      .describe('Names of the scores that the template asks for; default: score'),
    criteria: z
      .array(name)
      .min(1)
      .exactOptional()
      .describe(
        'Instead of a score: criteria that the judge answers with Y or N each (criterion_1, criterion_2 …; {criteria} in the template, default judge-answerability); a record with any N is turned down, one whose verdict cannot be read is kept',
      ),
    compare: z
      .array(name)
      .length(2)
      .exactOptional()
      .describe(
        'Instead of a score: two fields with a response each; the judge sees them in both orders and names the better one (template judge-pair). The verdict’s `winner` is A (the first), B or tie; a tie, too, where the two orders disagree',
      ),
    into: name.exactOptional().describe('Field that takes the verdict, { score, reason, … }; default: judge'),
    endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the pipeline'),
    model: name.exactOptional().describe('Model; default: the one of the pipeline, or of the profile'),
    generation: generationSchema.exactOptional().describe('Generation parameters instead of those of the pipeline'),
    fallback: fallbackSchema.exactOptional(),
    attempts: attempts.exactOptional(),
    on_unreadable: z
      .enum(['discard', 'fail', 'keep'])
      .exactOptional()
      .describe(
        'A verdict that cannot be read: discard the record (the default), fail, or keep the record without a verdict; it is counted in any case',
      ),
  })
  .describe('Have a model judge each record by a rubric');
