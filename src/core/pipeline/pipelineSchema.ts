/** The form of a pipeline file. The descriptions are what the editor shows; a JSON Schema is made from them. */
import * as z from 'zod';
import { OUTPUT_FORMATS } from '../datasets/formats.ts';
import {
  attempts,
  fallbackSchema,
  generationSchema,
  onUnreadable,
  placeholderValues,
  promptSchema,
} from './askSchema.ts';
import { embedSchema } from './embedSchema.ts';
import { judgeSchema } from './judgeSchema.ts';
import { drawSchema } from './drawSchema.ts';
import { readSchema } from './readSchema.ts';
import { filterSchema } from './filterSchema.ts';
import { modifySchema } from './modifySchema.ts';
import { blendSchema, dedupSchema, sampleSchema, shuffleSchema, splitSchema } from './orderedSchema.ts';
import { joinSchema } from './joinSchema.ts';
import { rankSchema } from './rankSchema.ts';
import { reviewSchema } from './reviewSchema.ts';
import { encodingSchema, refineSchema, segmentsSchema } from './refineSchema.ts';
import { rewardSchema } from './rewardSchema.ts';
import { scriptSchema } from './scriptSchema.ts';

export { generationSchema, promptSchema } from './askSchema.ts';

const name = z.string().min(1);
const fieldName = name.describe('Name of a record field');

export const conversionSchema = z.strictObject({
  mode: z
    .enum(['auto', 'local', 'model'])
    .exactOptional()
    .describe(
      'auto: read lists here, and ask the model when that fails (the default); local: never ask; model: always',
    ),
  endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the step'),
  model: name.exactOptional().describe('Model; default: the one of the step'),
  generation: generationSchema.exactOptional().describe('Generation parameters of the conversion; never inherited'),
});

const onMismatch = z
  .enum(['trim', 'keep', 'discard', 'fail'])
  .describe('A list of another length than asked for: trim it (keep a shorter one), keep it, discard it, or fail');

const expectSchema = z.strictObject({
  list: fieldName.exactOptional().describe('The answer is a list; each element becomes a record, in this field'),
  text: fieldName.exactOptional().describe('The answer is taken as it is, into this field'),
  messages: fieldName
    .exactOptional()
    .describe('text: field that also takes question and answer, as a list of { role, content }'),
  json: z
    .union([
      name.describe('Path of a file with a JSON Schema, relative to the folder of the pipeline'),
      z.record(name, z.json()).describe('A JSON Schema'),
    ])
    .exactOptional()
    .describe('The answer is JSON that conforms to this JSON Schema; the members of the object become fields'),
  into: fieldName
    .exactOptional()
    .describe('json: field that takes the whole value, instead of a field for each member'),
  label: fieldName.exactOptional().describe('The answer begins with one of the labels, which goes into this field'),
  labels: z
    .array(name)
    .min(2)
    .exactOptional()
    .describe('The labels; default: Yes, No. A placeholder {labels} takes them, with commas between'),
  pairs: fieldName
    .exactOptional()
    .describe('The answer holds pairs of `Question:` and `Answer:`; each is a record, with the question in this field'),
  answer: fieldName
    .exactOptional()
    .describe('label: field that takes the whole answer; pairs: field that takes the answer of a pair'),
  whole: fieldName.exactOptional().describe('pairs: field that takes question and answer together'),
  length: z.int().min(1).exactOptional().describe('list, pairs: number of them that was asked for'),
  on_mismatch: onMismatch.exactOptional(),
  on_unreadable: onUnreadable.exactOptional(),
  attempts: attempts.exactOptional(),
});

const generateSchema = z.strictObject({
  prompt: promptSchema.describe('Template: an id, a path, or { text, system } in place'),
  bind: z
    .record(name, fieldName)
    .exactOptional()
    .describe('Placeholder ← record field; default: the field of its name'),
  values: placeholderValues.exactOptional().describe('Placeholder ← fixed value'),
  system: name.exactOptional().describe('System message, with {placeholders}, instead of that of the template'),
  n: z.int().min(1).exactOptional().describe('Answers to each record, instead of the `n` of the generation parameters'),
  expect: expectSchema.exactOptional().describe('What the answer is; default: a text, into the field answer'),
  segments: segmentsSchema.exactOptional(),
  refine: refineSchema.exactOptional(),
  encoding: encodingSchema.exactOptional(),
  endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the pipeline'),
  model: name.exactOptional().describe('Model; default: the one of the pipeline, or of the profile'),
  generation: generationSchema.exactOptional().describe('Generation parameters instead of those of the pipeline'),
  fallback: fallbackSchema.exactOptional(),
  conversion: conversionSchema.exactOptional().describe('How answers become lists, instead of that of the pipeline'),
  keep_truncated: z.boolean().exactOptional().describe('Use answers that were cut off by max_tokens; default false'),
  essential: z.boolean().exactOptional().describe('The run fails when this step yields nothing; default false'),
});

const sideSchema = z.strictObject({
  endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the pipeline'),
  model: name.exactOptional().describe('Model; default: the one of the pipeline, or of the profile'),
  generation: generationSchema.exactOptional().describe('Generation parameters instead of those of the pipeline'),
  fallback: fallbackSchema.exactOptional(),
  system: name.exactOptional().describe('System message, with {placeholders}; it is no part of the dialogue'),
});

const dialogueSchema = z.strictObject({
  openline: fieldName.describe('Field that is the first user turn, dots lead inwards'),
  user_turns: z.int().min(1).exactOptional().describe('User turns in all, the first included; default 3'),
  ends_with: z
    .enum(['assistant', 'user'])
    .exactOptional()
    .describe('assistant: every user turn is answered (the default); user: the last one is not'),
  prompt: promptSchema
    .exactOptional()
    .describe('Template of the next user turn, with {conversation_history}; default: dialogue-normal-user-turn'),
  bind: z
    .record(name, fieldName)
    .exactOptional()
    .describe('Placeholder ← record field; default: the field of its name'),
  values: placeholderValues.exactOptional().describe('Placeholder ← fixed value'),
  into: fieldName.exactOptional().describe('Field that takes the turns; default: messages'),
  user: sideSchema.exactOptional().describe('Who speaks as the user'),
  assistant: sideSchema.exactOptional().describe('Who answers'),
  attempts: attempts.exactOptional(),
  on_unreadable: onUnreadable.exactOptional(),
  keep_truncated: z.boolean().exactOptional().describe('Use turns that were cut off by max_tokens; default false'),
});

/** What a step can do; exactly one of these keys stands in it. */
export const STEP_KINDS = [
  'read',
  'generate',
  'dialogue',
  'modify',
  'filter',
  'blend',
  'dedup',
  'review',
  'sample',
  'shuffle',
  'split',
  'draw',
  'reward',
  'judge',
  'embed',
  'rank',
  'join',
  'script',
] as const;

const stepId = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/u, { error: 'a step id is a word of letters, digits, _ and -, such as my_step' });

export const stepSchema = z.strictObject({
  id: stepId.describe('Name of the step, unique in the pipeline'),
  from: z
    .union([stepId, z.array(stepId).min(1)])
    .exactOptional()
    .describe('Step or steps it reads from; default: the step before'),
  when: z
    .union([z.boolean(), name])
    .exactOptional()
    .describe('The step is left out when this is false: true, false, or an expression over parameters'),
  read: readSchema.exactOptional().describe('Read records from files or lists'),
  generate: generateSchema.exactOptional().describe('Ask a model once for each record'),
  dialogue: dialogueSchema.exactOptional().describe('Hold a conversation about each record between two models'),
  modify: modifySchema.exactOptional().describe('Edit texts; rename, set and remove fields; make variants of a record'),
  filter: filterSchema.exactOptional().describe('Keep, drop or mark records by checks, a number or an expression'),
  blend: blendSchema.exactOptional(),
  dedup: dedupSchema.exactOptional(),
  review: reviewSchema.exactOptional(),
  sample: sampleSchema.exactOptional(),
  shuffle: shuffleSchema.exactOptional(),
  split: splitSchema.exactOptional(),
  draw: drawSchema.exactOptional().describe('Draw values for each record at random, from lists, ranges, files'),
  reward: rewardSchema.exactOptional(),
  judge: judgeSchema.exactOptional(),
  embed: embedSchema.exactOptional(),
  rank: rankSchema.exactOptional(),
  join: joinSchema.exactOptional(),
  script: scriptSchema
    .exactOptional()
    .describe('Send each record to a program of your own, a line of JSON in and a line of JSON out'),
});

/** A step as it stands in a file. */
export type StepInput = z.infer<typeof stepSchema>;

const fieldList = z.array(fieldName).min(1).describe('Fields to write, in this order; default: id, then all');

export const outputSchema = z.strictObject({
  from: stepId.exactOptional().describe('Step whose records are written; default: the last one'),
  path: name.describe('File to write, relative to the folder of the pipeline; {split} in it makes a file of each part'),
  format: z.enum(OUTPUT_FORMATS).exactOptional().describe('Form of the file; default jsonl'),
  fields: fieldList.exactOptional(),
  license: name.exactOptional().describe('hf: the licence that the card states, such as cc-by-4.0'),
  map: z
    .record(name, fieldName)
    .exactOptional()
    .describe('Field of the format ← record field; default: the usual ones (messages, prompt, response …)'),
});

export const budgetSchema = z.strictObject({
  requests: z.int().min(0).exactOptional().describe('Requests; 0: no limit'),
  tokens: z.int().min(0).exactOptional().describe('Tokens of requests and answers; 0: no limit'),
  cost: z.number().min(0).exactOptional().describe('Cost, in the currency of the profile; 0: no limit'),
  minutes: z.number().min(0).exactOptional().describe('Minutes; 0: no limit'),
});

export const targetSchema = z.strictObject({
  records: z.int().min(1).describe('Records of each output'),
  max_requests: z.int().min(1).exactOptional().describe('Requests after which the run pauses; default: no limit'),
});

/** A pipeline file, checked key by key; what belongs together is checked when it is planned. */
export const pipelineSchema = z.strictObject({
  openline: z.literal(1).describe('Version of the format: 1'),
  description: z.string().exactOptional().describe('What the pipeline is for'),
  endpoint: name.exactOptional().describe('Endpoint profile; `sample` is built in and needs no network'),
  model: name.exactOptional().describe('Model; default: the one of the profile'),
  generation: generationSchema.exactOptional().describe('Generation parameters'),
  fallback: fallbackSchema.exactOptional(),
  conversion: conversionSchema.exactOptional().describe('How answers become lists'),
  recipe: name.exactOptional().describe('A built-in pipeline'),
  with: z.record(name, z.json()).exactOptional().describe('Parameters of the recipe'),
  prompts: z.record(name, promptSchema).exactOptional().describe('Templates that replace those of steps, by step id'),
  values: placeholderValues.exactOptional().describe('Values of further placeholders, for all templates'),
  steps: z.array(stepSchema).min(1).exactOptional().describe('Steps, in place of a recipe'),
  output: name.exactOptional().describe('File to write; default: data/NAME.jsonl'),
  outputs: z.array(outputSchema).min(1).exactOptional().describe('Files to write, in place of output'),
  reuse: z
    .boolean()
    .exactOptional()
    .describe('Take answers over from earlier runs where the request is the same (the default); false: ask anew'),
  budget: budgetSchema.exactOptional().describe('Limits after which the run pauses'),
  target: targetSchema.exactOptional().describe('Repeats the pipeline until there are so many records'),
});

/** A pipeline as it stands in a file. */
export type PipelineInput = z.infer<typeof pipelineSchema>;
export type PromptInput = z.infer<typeof promptSchema>;
export type OutputInput = z.infer<typeof outputSchema>;
export type ConversionInput = z.infer<typeof conversionSchema>;
