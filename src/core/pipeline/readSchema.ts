/** The form of a `read` step: where records come from. */
import * as z from 'zod';
import { CHARSETS } from '../datasets/fileBytes.ts';
import { SOURCE_FORMATS } from '../datasets/sourceFormats.ts';
import { SYMBOL_KINDS } from '../datasets/symbols/codeSymbol.ts';
import { encodingSchema } from './refineSchema.ts';
import { CHUNK_KINDS } from './sourcePlan.ts';

const name = z.string().min(1);
const fieldName = name.describe('Name of a record field');
const pattern = name.describe('Path or glob, relative to the folder of the pipeline');

/** The smallest chunk, in tokens: a character may have several. */
const SMALLEST_CHUNK = 10;

const gitSchema = z.union([
  name.describe('Folder of the repository, relative to that of the pipeline'),
  z.strictObject({
    repository: name.exactOptional().describe('Folder of the repository, relative to that of the pipeline; default .'),
    paths: z
      .union([name, z.array(name).min(1)])
      .exactOptional()
      .describe('Only commits that touch these files or folders, and of their diffs what is in them'),
    since: name.exactOptional().describe('Only commits since then: 2025-01-31, 2 weeks ago …'),
    max: z.int().min(1).exactOptional().describe('So many commits at the most, the newest'),
  }),
]);

export const sampleSchema = z
  .strictObject({
    count: z.int().min(1).exactOptional().describe('So many of what is read'),
    ratio: z.number().gt(0).max(1).exactOptional().describe('Each of what is read with this probability'),
    seed: z.int().exactOptional().describe('Another seed takes others; default 0'),
  })
  .describe('Takes some of what is read, at random, in its order: a count or a ratio');

const chunkSchema = z
  .strictObject({
    by: z
      .enum(CHUNK_KINDS)
      .describe(
        'tokens: between words; paragraphs: at blank lines; headings: at headings of Markdown; pages: of a PDF',
      ),
    size: z.int().min(SMALLEST_CHUNK).exactOptional().describe('Tokens of a chunk at the most; needed with tokens'),
    overlap: z.int().min(0).exactOptional().describe('Tokens of the chunk before that are repeated; default 0'),
    encoding: encodingSchema.exactOptional(),
    into: fieldName
      .exactOptional()
      .describe('Field that takes the place of the chunk (index, start, end, headings, lines, pages); default chunk'),
  })
  .describe('Cuts each text into chunks, each a record');

export const readSchema = z.strictObject({
  files: z
    .union([pattern, z.array(pattern).min(1)])
    .exactOptional()
    .describe('Files to read: paths or globs (in quotes when they start with *); `!glob` leaves files out'),
  url: z
    .url({ protocol: /^https?$/u, error: 'a web address that begins with https:// or http:// is wanted' })
    .exactOptional()
    .describe('A file to fetch; it is kept in .openline/cache'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/iu, { error: 'a SHA-256 is 64 digits and letters from a to f' })
    .exactOptional()
    .describe('url: what its SHA-256 must be; then it is fetched once'),
  git: gitSchema.exactOptional().describe('The history of a repository: a record a commit, with message and diff'),
  values: z.array(z.json()).exactOptional().describe('Values given here, each becomes a record'),
  cross: z
    .record(fieldName, z.array(z.json()).min(1))
    .exactOptional()
    .describe('Every combination of one value of each list, the last varying fastest'),
  records: z.int().min(1).exactOptional().describe('So many empty records, for a step that draws values'),
  as: z
    .enum(SOURCE_FORMATS)
    .exactOptional()
    .describe(
      'How files are read: text, markdown, html, pdf, docx, code (a record a file); jsonl, json, csv, tsv, parquet (a record for each in it); symbols (functions and classes of code). Default: by the ending of each file',
    ),
  field: fieldName
    .exactOptional()
    .describe('Of files that hold records: the field that is wanted (a text); default: all as they are'),
  fields: z.array(fieldName).min(1).exactOptional().describe('Of files that hold records: the only fields to keep'),
  into: fieldName.exactOptional().describe('Field that takes the value or text; default: text'),
  index: fieldName.exactOptional().describe('Field that takes the index, counted from 0'),
  source: fieldName.exactOptional().describe('Field that takes where it stands: path, path:line, path#heading …'),
  keep_fields: z.boolean().exactOptional().describe('With `field`: keep the other fields; default true'),
  charset: z
    .enum(CHARSETS)
    .exactOptional()
    .describe('Encoding of text files; default utf-8, and UTF-16 where a byte-order mark says so'),
  delimiter: z.string().length(1).exactOptional().describe('csv, tsv: what stands between cells; default comma, tab'),
  columns: z.array(fieldName).min(1).exactOptional().describe('csv, tsv without a header: the names of the columns'),
  symbols: z
    .array(z.enum(SYMBOL_KINDS))
    .min(1)
    .exactOptional()
    .describe(
      'symbols: which are read; default function, class, method. One inside another that is read is part of it',
    ),
  sample: sampleSchema.exactOptional(),
  chunk: chunkSchema.exactOptional(),
  strict: z.boolean().exactOptional().describe('What cannot be read is an error instead of a reject; default false'),
});

/** A `read` step as it stands in a file. */
export type ReadInput = z.infer<typeof readSchema>;
