/** The form of a `reward` step. */
import * as z from 'zod';
import { generationSchema, onUnreadable } from './askSchema.ts';

const name = z.string().min(1);

export const rewardSchema = z
  .strictObject({
    endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the pipeline'),
    model: name
      .exactOptional()
      .describe('The reward model; default: the one of the step’s own endpoint (never the one of the pipeline)'),
    messages: name
      .exactOptional()
      .describe('Field with the conversation, a list of { role, content } whose last turn is the answer to be scored'),
    prompt: name.exactOptional().describe('Field with the prompt, instead of `messages`; needs `response`'),
    response: name.exactOptional().describe('Field with the answer to be scored'),
    into: name.exactOptional().describe('Field that takes the scores, by their names; default: reward'),
    generation: generationSchema.exactOptional().describe('Parameters of the request; default: none'),
    on_unreadable: onUnreadable.exactOptional(),
  })
  .describe('Score an answer with a reward model');
