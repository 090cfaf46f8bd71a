/** The form of a `modify` step. */
import * as z from 'zod';
import { PLAIN_EDIT_NAMES } from '../curate/edits/plainEdits.ts';
import { REDACTED_KINDS } from '../curate/edits/redact.ts';
import { unknownName } from '../files/checkValue.ts';

const name = z.string().min(1);
const fieldName = name.describe('Name of a record field');
const place = z.union([name, z.int()]);
const ignoreCase = z.boolean().exactOptional().describe('Upper and lower case are the same; default false');

const editShape = {
  slice: z
    .strictObject({
      from: place
        .exactOptional()
        .describe('Text or index (characters, from 0) to begin behind; default: the beginning'),
      to: place.exactOptional().describe('Text or index to end before; negative counts from the end; default: the end'),
      with_markers: z.boolean().exactOptional().describe('Keep the texts at which it is cut; default false'),
    })
    .exactOptional()
    .describe('Keep what stands between two places; a text without them is turned down'),
  remove_lines: z
    .union([
      name,
      z.strictObject({ pattern: name.describe('Regular expression, RE2 syntax'), ignore_case: ignoreCase }),
    ])
    .exactOptional()
    .describe('Remove the lines in which a regular expression (RE2 syntax) matches'),
  replace: z
    .strictObject({
      pattern: name.describe('Regular expression, RE2 syntax'),
      with: z.string().describe('What stands in its place; $1 stands for a group'),
      ignore_case: ignoreCase,
    })
    .exactOptional()
    .describe('Replace every match of a regular expression'),
  redact: z
    .strictObject({
      kinds: z.array(z.enum(REDACTED_KINDS)).min(1).exactOptional().describe('What to look for; default: all'),
      with: z.string().exactOptional().describe('What stands in its place; default [{kind}], such as [email]'),
    })
    .exactOptional()
    .describe('Replace personal data by placeholders'),
};

/** What can be done with a text, besides the edits without options. */
export const EDIT_KEYS = Object.keys(editShape) as readonly (keyof typeof editShape)[];
const WORDS = [...PLAIN_EDIT_NAMES, 'redact'] as const;

const edit = z.union([z.enum(WORDS), z.strictObject(editShape)], {
  error({ input }) {
    if (typeof input !== 'string') return '';
    return EDIT_KEYS.some((key) => key === input)
      ? `\`${input}\` needs to be told what; write { ${input}: … }`
      : unknownName(input, [...WORDS, ...EDIT_KEYS], 'an edit');
  },
});

export const modifySchema = z.strictObject({
  text: z
    .union([name, z.array(name).min(1)])
    .exactOptional()
    .describe('Field or fields with the texts to edit, dots lead inwards; default: text'),
  edit: z.array(edit).min(1).exactOptional().describe('What is done with the texts, in order, before anything else'),
  rename: z.record(fieldName, fieldName).exactOptional().describe('Old name: new name'),
  set: z.record(fieldName, z.json()).exactOptional().describe('Fields set to fixed values'),
  compute: z
    .record(fieldName, name)
    .exactOptional()
    .describe('Fields worked out from the record by expressions, in order: field: expression, such as words(answer)'),
  remove: z.array(fieldName).exactOptional().describe('Fields to remove'),
  cross: z
    .record(fieldName, z.array(z.json()).min(1))
    .exactOptional()
    .describe('Makes a record for every combination of one value of each list, the last varying fastest'),
});

export type ModifyInput = z.infer<typeof modifySchema>;
export type EditInput = NonNullable<ModifyInput['edit']>[number];
