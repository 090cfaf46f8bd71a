/** The form of an `embed` step. */
import * as z from 'zod';

const name = z.string().min(1);

export const embedSchema = z
  .strictObject({
    field: name.describe('Field with the text, dots lead inwards'),
    into: name.exactOptional().describe('Field that takes the vector; default: embedding'),
    endpoint: name.exactOptional().describe('Endpoint profile; default: the one of the pipeline'),
    model: name
      .exactOptional()
      .describe('The embedding model; default: the one of the step’s own endpoint (never the one of the pipeline)'),
    batch_size: z.int().min(1).max(2048).exactOptional().describe('Texts in a request at the most; default 32'),
    extra: z
      .record(name, z.json())
      .exactOptional()
      .describe('Further fields of the request, sent as they are (input_type, truncate, dimensions …)'),
  })
  .describe('Turn a text into a vector');
