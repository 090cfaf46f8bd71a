/** The form of a `filter` step. */
import * as z from 'zod';
import { CODE_LANGUAGES } from '../curate/checks/codeBlocks.ts';
import { MEASURES, measureOf, type MeasureName } from '../curate/checks/measures.ts';
import { ENCODINGS } from '../curate/encodings.ts';
import { unknownName } from '../files/checkValue.ts';

const name = z.string().min(1);
const bounds = {
  min: z.number().exactOptional().describe('Smallest value that passes'),
  max: z.number().exactOptional().describe('Largest value that passes'),
};
const ignoreCase = z.boolean().exactOptional().describe('Upper and lower case are the same; default false');
const not = z.boolean().exactOptional().describe('Pass what does not have it; default false');

const measured = z.strictObject(bounds);
const measuredNgrams = z.strictObject({
  ...bounds,
  n: z.int().min(1).max(20).exactOptional().describe('Words in an n-gram; default 2'),
});

function boundsOf(key: MeasureName): string {
  const { what, min, max } = measureOf(key);
  const usual = [...(min === undefined ? [] : [`from ${min}`]), ...(max === undefined ? [] : [`up to ${max}`])];
  return `Bounds of ${what}; default ${usual.join(' ')}`;
}

/** One check with what it takes; exactly one of these keys stands in it. */
const checkShape = {
  word_count: measured.exactOptional().describe(boundsOf('word_count')),
  mean_word_length: measured.exactOptional().describe(boundsOf('mean_word_length')),
  longest_word: measured.exactOptional().describe(boundsOf('longest_word')),
  words_with_letters: measured.exactOptional().describe(boundsOf('words_with_letters')),
  common_english_words: measured.exactOptional().describe(boundsOf('common_english_words')),
  symbol_words: measured.exactOptional().describe(boundsOf('symbol_words')),
  non_alphanumeric: measured.exactOptional().describe(boundsOf('non_alphanumeric')),
  digits: measured.exactOptional().describe(boundsOf('digits')),
  urls: measured.exactOptional().describe(boundsOf('urls')),
  white_space: measured.exactOptional().describe(boundsOf('white_space')),
  parentheses: measured.exactOptional().describe(boundsOf('parentheses')),
  bullet_lines: measured.exactOptional().describe(boundsOf('bullet_lines')),
  ellipsis_lines: measured.exactOptional().describe(boundsOf('ellipsis_lines')),
  unpunctuated_lines: measured.exactOptional().describe(boundsOf('unpunctuated_lines')),
  unique_lines: measured.exactOptional().describe(boundsOf('unique_lines')),
  unique_line_characters: measured.exactOptional().describe(boundsOf('unique_line_characters')),
  unique_paragraphs: measured.exactOptional().describe(boundsOf('unique_paragraphs')),
  unique_paragraph_characters: measured.exactOptional().describe(boundsOf('unique_paragraph_characters')),
  boilerplate_paragraphs: measured.exactOptional().describe(boundsOf('boilerplate_paragraphs')),
  top_ngram: measuredNgrams.exactOptional().describe(boundsOf('top_ngram')),
  duplicate_ngrams: measuredNgrams.exactOptional().describe(boundsOf('duplicate_ngrams')),
  tokens: z
    .strictObject({
      ...bounds,
      encoding: z.enum(ENCODINGS).exactOptional().describe('How tokens are counted; default o200k_base'),
    })
    .exactOptional()
    .describe('Bounds of the number of tokens'),
  contains: z
    .union([
      name,
      z.strictObject({
        text: name.describe('What to look for'),
        where: z.enum(['prefix', 'suffix', 'anywhere']).exactOptional().describe('Where it stands; default anywhere'),
        ignore_case: ignoreCase,
        not,
      }),
    ])
    .exactOptional()
    .describe('The text has this in it'),
  matches: z
    .union([
      name,
      z.strictObject({ pattern: name.describe('Regular expression, RE2 syntax'), ignore_case: ignoreCase, not }),
    ])
    .exactOptional()
    .describe('A regular expression (RE2 syntax: linear time, no look-around) matches somewhere in the text'),
  language: z
    .union([
      name,
      z.array(name).min(1),
      z.strictObject({
        in: z.union([name, z.array(name).min(1)]).describe('Languages that pass, as two letters (en, de, zh …)'),
        min_score: z.number().min(0).max(1).exactOptional().describe('How well the text fits, at the least; default 0'),
      }),
    ])
    .exactOptional()
    .describe('The text is in one of these languages, as two letters (en, de, zh …)'),
  refusal: z.strictObject({}).exactOptional().describe('The text does not decline to answer'),
  assistant_phrases: z.strictObject({}).exactOptional().describe('Nothing in the text speaks as an AI assistant'),
  schema: z
    .union([z.record(z.string(), z.json()), name])
    .exactOptional()
    .describe('The value, or a text that is JSON, fits this JSON Schema; or the path of a file with one'),
  code: z
    .strictObject({
      languages: z
        .array(z.enum(CODE_LANGUAGES))
        .min(1)
        .exactOptional()
        .describe('Blocks in these languages are checked; default: all of them'),
      assume: z
        .enum(CODE_LANGUAGES)
        .exactOptional()
        .describe('Language of blocks that name none, and of a text without blocks; default: they are not checked'),
      min_blocks: z.int().min(0).exactOptional().describe('Blocks that there must be; default 0'),
      run: z
        .boolean()
        .exactOptional()
        .describe('Run JavaScript, TypeScript and Python as well, without network; only with --allow-scripts'),
      timeout_s: z.number().min(0.1).max(3600).exactOptional().describe('run: seconds a program may take; default 10'),
    })
    .exactOptional()
    .describe('Code blocks of the text parse; with `run` they run, too'),
  score: z
    .strictObject({ field: name.describe('Field with a number, dots lead inwards (reward.helpfulness)'), ...bounds })
    .exactOptional()
    .describe('A number of the record is within bounds'),
};

const checkEntry = z.strictObject(checkShape);

/** Every check there is. */
export const CHECK_NAMES = Object.keys(checkShape) as readonly (keyof typeof checkShape)[];

/** Checks that do without being told anything. */
export const PLAIN_CHECKS = [
  ...(Object.keys(MEASURES) as readonly MeasureName[]),
  'refusal',
  'assistant_phrases',
  'code',
] as const;

const check = z.union([z.enum(PLAIN_CHECKS), checkEntry], {
  error({ input }) {
    if (typeof input !== 'string') return '';
    const needs = CHECK_NAMES.some((known) => known === input) && !PLAIN_CHECKS.some((plain) => plain === input);
    return needs
      ? `\`${input}\` needs to be told what; write { ${input}: … }`
      : unknownName(input, CHECK_NAMES, 'a check');
  },
});

const fieldList = z.union([name, z.array(name).min(1)]);

export const filterSchema = z.strictObject({
  field: name.exactOptional().describe('Field with a number, dots lead inwards (reward.helpfulness); with min, max'),
  min: z.number().exactOptional().describe('Smallest value of the field that passes'),
  max: z.number().exactOptional().describe('Largest value of the field that passes'),
  text: fieldList.exactOptional().describe('Field or fields that the checks look at, dots lead inwards; default: text'),
  checks: z.array(check).min(1).exactOptional().describe('Checks that all have to pass, in order'),
  when: name
    .exactOptional()
    .describe('Expression over the fields that has to be true (reward.helpfulness >= 1.5 and len(answer) > 40)'),
  action: z
    .enum(['keep', 'drop', 'mark'])
    .exactOptional()
    .describe('keep records that pass (the default), drop them, or only mark those that do not'),
  mark: name
    .exactOptional()
    .describe('action mark: field that takes the reasons, empty when it passes; default failed'),
  store: name.exactOptional().describe('Field that takes what each check measured, by its name'),
});

export type FilterInput = z.infer<typeof filterSchema>;
export type CheckInput = NonNullable<FilterInput['checks']>[number];
