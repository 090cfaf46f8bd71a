import * as z from 'zod';

/** Layouts that are known by name. */
export const FORMATTER_NAMES = ['mixtral-8x7b', 'nemotron', 'none'] as const;
export type FormatterName = (typeof FORMATTER_NAMES)[number];

const around = z.strictObject({
  before: z.string().default('').describe('Stands before each turn of this role'),
  after: z.string().default('').describe('Stands behind each turn of this role'),
});

const stopWords = z.array(z.string().min(1)).max(16);

/** A layout in strings of one's own. What stands before an assistant's turn also ends the text, for the model to go on. */
export const customLayoutSchema = z.strictObject({
  prefix: z.string().default('').describe('Begins the text'),
  system: around.optional().describe('Around the system message; without it there is no place for one'),
  user: around.describe('Around each turn of the user'),
  assistant: around.describe('Around each turn of the assistant; `before` also ends the text'),
  stop: stopWords.default([]).describe('Stop words of every request'),
});
export type CustomLayout = z.infer<typeof customLayoutSchema>;

/** The `chat_template` of a model's tokenizer. */
export const tokenizerLayoutSchema = z.strictObject({
  tokenizer: z
    .string()
    .min(1)
    .describe(
      'Path of a tokenizer_config.json, or of the folder that holds it; relative to this file or the workspace',
    ),
  template: z.string().min(1).optional().describe('Name of the template, where the tokenizer has several'),
  variables: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .describe('Further values for the template, such as enable_thinking'),
  stop: stopWords.optional().describe('Stop words of every request; default: the tokenizer’s end of a turn'),
});
export type TokenizerLayout = z.infer<typeof tokenizerLayoutSchema>;

/** How a conversation becomes the one text that a completion goes on from. */
export const formatterSchema = z.union([z.enum(FORMATTER_NAMES), customLayoutSchema, tokenizerLayoutSchema]);
export type FormatterSetting = z.infer<typeof formatterSchema>;
