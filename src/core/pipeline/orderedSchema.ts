/** The form of the steps that see all their records in order. */
import * as z from 'zod';

const fieldName = z.string().min(1).describe('Name of a record field');
const seed = z.int().describe('The same seed gives the same result; default 0');

export const shuffleSchema = z
  .strictObject({ seed: seed.exactOptional() })
  .describe('Put the records into a random order');

export const sampleSchema = z
  .strictObject({
    count: z.int().min(1).exactOptional().describe('So many records'),
    ratio: z.number().gt(0).max(1).exactOptional().describe('Such a share of the records (0 to 1), rounded'),
    per: fieldName.exactOptional().describe('Draw from the records of each value of this field separately'),
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
