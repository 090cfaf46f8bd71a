/** Whom a step asks, how and with which template: what the schemas of several steps have in common. */
import * as z from 'zod';

const name = z.string().min(1);

/** Generation parameters, under the names of the OpenAI protocol. */
export const generationSchema = z.strictObject({
  max_tokens: z.int().min(1).exactOptional().describe('Tokens an answer may have at the most'),
  temperature: z.number().min(0).max(2).exactOptional().describe('0: always the likeliest word; higher: more varied'),
  top_p: z.number().min(0).max(1).exactOptional().describe('Share of probability the words are drawn from (nucleus)'),
  n: z.int().min(1).exactOptional().describe('Answers to each request'),
  seed: z.int().exactOptional().describe('Asks the service to answer the same way again'),
  stop: z
    .union([name, z.array(name).min(1)])
    .exactOptional()
    .describe('Text or texts at which an answer ends'),
  stream: z.boolean().exactOptional().describe('Receive answers piece by piece'),
  extra: z
    .record(name, z.json())
    .exactOptional()
    .describe('Further fields of the request, sent as they are (top_k, reasoning_effort …)'),
});

export const fallbackSchema = z
  .array(
    z.strictObject({
      endpoint: name.exactOptional().describe('Endpoint profile; default: the one that failed'),
      model: name.exactOptional().describe('Model; default: the one of the profile'),
      generation: generationSchema.exactOptional().describe('Generation parameters; default: those that failed'),
    }),
  )
  .min(1)
  .describe('Who takes over, one after the other, when a request has failed for good');

/** A template by id or path, or written in place. */
export const promptSchema = z.union([
  name.describe('Id of a built-in template, or path of a *.prompt.md file'),
  z.strictObject({
    text: name.describe('The template, with {placeholders}'),
    system: name.exactOptional().describe('System message'),
  }),
]);

export const placeholderValues = z.record(name, z.union([z.string(), z.number()]));
export const onUnreadable = z.enum(['discard', 'fail']).describe('An answer that cannot be read: discard it, or fail');
export const attempts = z
  .int()
  .min(1)
  .max(100)
  .describe('How often it is asked in all before an answer counts as unreadable');
