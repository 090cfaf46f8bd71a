/** The form of the steps that see all their records in order. */
import * as z from 'zod';
import { NORMALIZATIONS } from '../curate/dedup/normalizeText.ts';

const fieldName = z.string().min(1).describe('Name of a record field');
const seed = z.int().describe('The same seed gives the same result; default 0');

export const shuffleSchema = z
  .strictObject({ seed: seed.exactOptional() })
  .describe('Put the records into a random order');

export const sampleSchema = z
  .strictObject({
    count: z.int().min(1).exactOptional().describe('So many records'),
    ratio: z.number().gt(0).max(1).exactOptional().describe('Such a share of the records (0 to 1), rounded'),
    at_least: z.int().min(1).exactOptional().describe('ratio: so many at least, as far as there are'),
    when: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Only records are drawn for which this expression over their fields is true'),
    target: z.int().min(1).exactOptional().describe('Nothing is drawn once so many records have come in'),
    rest: z
      .enum(['reject', 'quiet'])
      .exactOptional()
      .describe(
        'Records that are not drawn: reject: listed as turned down (the default); quiet: not, since they go on from the step before by another way',
      ),
    per: fieldName.exactOptional().describe('Draw from the records of each value of this field separately'),
    quotas: z
      .record(z.string().min(1), z.int().min(0))
      .exactOptional()
      .describe(
        'per: so many records of each value named here; of other values `count` each, or none without `count` (reason no-quota)',
      ),
    balanced: z
      .literal(true)
      .exactOptional()
      .describe('per: of each value as many records as the rarest one has, instead of `count` or `ratio`'),
    seed: seed.exactOptional(),
  })
  .describe('Draw records at random; their order stays');

export const splitSchema = z
  .strictObject({
    parts: z
      .record(
        z.string().regex(/^[\w.-]+$/u, {
          error: 'the name of a part becomes part of a file name: letters, digits, _, - and .',
        }),
        z.number().gt(0),
      )
      .describe('Name of each part: its share; the shares need not add up to 1'),
    by: fieldName
      .exactOptional()
      .describe('Records with the same value of this field stay together (variants of one source)'),
    stratify: fieldName.exactOptional().describe('Each value of this field is split in the same shares'),
    into: fieldName.exactOptional().describe('Field that takes the name of the part; default: split'),
    seed: seed.exactOptional(),
  })
  .describe('Divide the records at random, such as into train, validation and test');

export const DEDUP_METHODS = ['exact', 'fuzzy', 'semantic', 'overlap'] as const;

const stepName = z.string().min(1);

export const dedupSchema = z
  .strictObject({
    method: z
      .enum(DEDUP_METHODS)
      .exactOptional()
      .describe(
        'exact: the same text (the default); fuzzy: many n-grams in common; semantic: similar embeddings; overlap: n-grams that occur in the reference',
      ),
    fields: z.array(fieldName).min(1).exactOptional().describe('Fields that are compared, taken together'),
    embedding: fieldName.exactOptional().describe('semantic: field that holds the embedding, a list of numbers'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .exactOptional()
      .describe(
        'Similarity from which a record is dropped. fuzzy: Jaccard, default 0.8; semantic: cosine, default 0.9; overlap: share of its n-grams, default any',
      ),
    normalize: z
      .array(z.enum(NORMALIZATIONS))
      .exactOptional()
      .describe('Differences that do not count; default unicode, case, whitespace'),
    ngram: z
      .strictObject({
        unit: z.enum(['characters', 'words']).describe('What n-grams are made of'),
        size: z.int().min(1).max(100).describe('Units in an n-gram'),
      })
      .exactOptional()
      .describe('fuzzy: default 5 characters; overlap: default 13 words'),
    permutations: z
      .int()
      .min(16)
      .max(1024)
      .exactOptional()
      .describe('fuzzy: numbers in a MinHash signature; more find more and take longer; default 128'),
    reference: z
      .union([stepName, z.array(stepName).min(1)])
      .exactOptional()
      .describe('Steps of `from` whose records are only compared with (a test set, say) and go no further'),
  })
  .describe('Drop records that are too near to an earlier one, or to a reference');

export const blendSchema = z
  .strictObject({
    weights: z
      .record(stepName, z.number().gt(0))
      .exactOptional()
      .describe('Step of `from`: its weight; the records of each are in this proportion'),
    counts: z.record(stepName, z.int().min(1)).exactOptional().describe('Step of `from`: so many of its records'),
    total: z
      .int()
      .min(1)
      .exactOptional()
      .describe('weights: records in all; default: as many as the scarcest step allows'),
    repeat: z
      .boolean()
      .exactOptional()
      .describe('Take records again where a step holds too few; each copy gets a key of its own. Default false'),
    order: z
      .enum(['mixed', 'sources'])
      .exactOptional()
      .describe('mixed: in random order (the default); sources: one step after the other'),
    mark: fieldName.exactOptional().describe('Field that takes the name of the step a record comes from'),
    seed: seed.exactOptional(),
  })
  .describe('Mix the records of several steps');
