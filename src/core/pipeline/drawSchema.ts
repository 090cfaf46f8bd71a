/** The form of a `draw` step: values drawn at random for each record. */
import * as z from 'zod';

const name = z.string().min(1);
const fieldName = name.describe('Name of a record field');

const samplers = {
  choice: z.array(z.json()).min(1).exactOptional().describe('One of these, each as likely'),
  weighted: z
    .record(name, z.number().min(0))
    .exactOptional()
    .describe('One of these texts, as likely as the number behind it'),
  int: z.tuple([z.int(), z.int()]).exactOptional().describe('A whole number from the first to the second'),
  float: z.tuple([z.number(), z.number()]).exactOptional().describe('A number from the first up to the second'),
  decimals: z.int().min(0).max(15).exactOptional().describe('float: digits behind the point; default 2'),
  date: z
    .tuple([z.iso.date(), z.iso.date()])
    .exactOptional()
    .describe('A day from the first to the second, such as 2025-01-31'),
  file: name
    .exactOptional()
    .describe('One entry of a file (personas …): a line of text, an element of a YAML list, a record of JSONL, CSV …'),
  field: fieldName.exactOptional().describe('file: field of the entry that is wanted; default: all of it'),
};

const samplerSchema = z.strictObject(samplers);

const drawnSchema = z.strictObject({
  ...samplers,
  by: fieldName.exactOptional().describe('Depends on this field, of the record or drawn above; with `cases`'),
  cases: z
    .record(name, z.union([z.string(), z.number(), samplerSchema]))
    .exactOptional()
    .describe('by: value of that field ← what is drawn then, or a fixed value'),
  otherwise: z
    .union([z.string(), z.number(), samplerSchema])
    .exactOptional()
    .describe('by: what is drawn where no case fits'),
});

export const drawSchema = z.strictObject({
  fields: z
    .record(fieldName, drawnSchema)
    .describe('Fields and what each is drawn from, in this order; templates take them as placeholders'),
  seed: z.int().exactOptional().describe('Another seed draws others; default 0'),
});

export type DrawInput = z.infer<typeof drawSchema>;
export type DrawnInput = z.infer<typeof drawnSchema>;
export type SamplerInput = z.infer<typeof samplerSchema>;
