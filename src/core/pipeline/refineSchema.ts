/** The form of what a `generate` step does besides asking: segments of documents, refinements of answers. */
import * as z from 'zod';
import { PLAIN_EDIT_NAMES } from '../curate/edits/plainEdits.ts';
import { ENCODINGS } from '../curate/encodings.ts';

const name = z.string().min(1);
const limit = z.int().min(0);

export const encodingSchema = z.enum(ENCODINGS).describe('How tokens are counted; default o200k_base');

export const segmentsSchema = z
  .strictObject({
    field: name.describe('Field with the document; it holds the segment when the template is filled in'),
    min_document_tokens: limit.exactOptional().describe('Shorter documents are turned down; default 0'),
    min_tokens: limit.exactOptional().describe('Shorter segments are turned down; default 0'),
    max_input_tokens: z.int().min(1).describe('What the model takes: the prompt and a segment, in tokens'),
  })
  .describe('Cut a document at newlines into segments, as long as the model takes, and ask about each');

const stepwise = z.strictObject({
  min_tokens: limit.exactOptional().describe('Turn shorter texts down'),
  max_tokens: limit.exactOptional().describe('Turn longer texts down'),
  prefix: name.exactOptional().describe('Turn texts down that do not begin with this line; cut it off the others'),
  join: z.string().exactOptional().describe('Join the answers to the segments of a document, with this between them'),
  diverse_qa: z
    .strictObject({
      announcement: name.describe('First line of the answer, which is left out'),
      document: name.exactOptional().describe('Field with the document; default: the one of `segments`, else text'),
      max_pairs: z.int().min(1).exactOptional().describe('Pairs that are kept for each 150 tokens; default 8'),
      seed: z.int().exactOptional().describe('Another seed makes another choice; default 0'),
    })
    .exactOptional()
    .describe('The document and a random choice of the pairs of question and answer'),
});

/** What can be done with an answer besides the words of PLAIN_EDIT_NAMES; each entry does exactly one thing. */
export const REFINEMENT_KEYS = ['min_tokens', 'max_tokens', 'prefix', 'join', 'diverse_qa'] as const;

export const refineSchema = z
  .array(z.union([z.enum(PLAIN_EDIT_NAMES), z.literal('join'), stepwise]))
  .min(1)
  .describe('What is done with each answer, one after the other; behind `join` with the joined answers');
