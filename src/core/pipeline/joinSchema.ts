/** The form of a `join` step. */
import * as z from 'zod';

export const joinSchema = z
  .strictObject({
    index: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        'Field that takes the last number of the key: the position in the list that the record is from, from 0',
      ),
  })
  .describe(
    'Merge the records of several steps (`from`) that have the same key, such as lists about one record that were asked for at the same time',
  );
