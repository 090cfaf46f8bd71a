/** The options of the commands: one table, from which both the parser and the help are made. */
import { parseArgs, type ParseArgsOptionDescriptor } from 'node:util';
import { EXPORT_FORMATS } from '../core/datasets/formats.ts';
import { UsageError } from './usage.ts';

interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

/** Every option there is; a command names those it takes. */
export const OPTIONS = {
  'base-url': {
    type: 'string',
    value: 'URL',
    help: 'ask an OpenAI-compatible service at this address, without a profile',
  },
  model: { type: 'string', value: 'M', help: 'model to ask' },
  'api-key-env': { type: 'string', value: 'VAR', help: 'environment variable that holds the key' },
  endpoint: { type: 'string', value: 'NAME', help: 'endpoint profile to ask' },
  set: { type: 'string', multiple: true, value: 'key=value', help: 'a parameter of the recipe (repeatable)' },
  concurrency: { type: 'string', value: 'N', help: 'requests in flight per endpoint, at the most (default 16)' },
  output: { type: 'string', value: 'PATH', help: 'where the (only) output goes' },
  force: { type: 'boolean', help: 'overwrite a file that Openline did not make' },
  'allow-scripts': {
    type: 'boolean',
    help: 'run the programs of the pipeline (`script` steps), which you trust, and code in the records where a filter asks for it (`code: { run: true }`)',
  },
  'allow-run': {
    type: 'boolean',
    help: 'start runs without asking; needs a --budget-…, which holds for all runs together',
  },
  'allow-write': { type: 'boolean', help: 'write pipelines without asking' },
  fresh: { type: 'boolean', help: 'take no answers over from earlier runs' },
  more: { type: 'string', value: 'N', help: 'so many records more than there are' },
  limit: { type: 'string', value: 'N', help: 'only the first N records of the output' },
  shards: {
    type: 'string',
    value: 'N',
    help: 'divide the run among N processes, here or elsewhere: asks what comes before, then `resume RUN --shard I` for I from 0, then `resume RUN`',
  },
  shard: { type: 'string', value: 'I', help: 'ask only what belongs to this shard of a run that was divided (from 0)' },
  address: { type: 'string', value: 'URL', help: 'dashboard of a Ray cluster, such as http://head:8265' },
  storage: {
    type: 'string',
    value: 'PATH',
    help: 'folder that every node of the cluster sees under this path, or a bucket: s3://bucket/folder',
  },
  'pass-env': {
    type: 'string',
    multiple: true,
    value: 'VAR',
    help: 'environment variable, such as one with a key, that the job gets (repeatable); whoever may look at the cluster can read it',
  },
  node: {
    type: 'string',
    value: 'PATH|pip',
    help: 'Node.js on the nodes, where it is not on their PATH; pip: Ray installs it for the job',
  },
  cpus: { type: 'string', value: 'N', help: 'CPUs that a shard takes up in the cluster (default 1)' },
  'stall-minutes': { type: 'string', value: 'N', help: 'end a shard that has had no answer for so long (default 30)' },
  until: { type: 'string', value: 'STEP', help: 'stop behind this step; its records are the output' },
  'budget-requests': { type: 'string', value: 'N', help: 'pause before more requests than this' },
  'budget-tokens': { type: 'string', value: 'N', help: 'pause before more tokens than this' },
  'budget-cost': { type: 'string', value: 'N', help: "pause before it costs more than this (the profile's prices)" },
  'budget-minutes': { type: 'string', value: 'N', help: 'pause after so many minutes' },
  'retry-failed': { type: 'boolean', help: 'ask again what had failed for good' },
  preview: { type: 'boolean', help: 'make a few records first, which costs a little, and estimate from them' },
  format: { type: 'string', value: 'F', help: `format to write: ${EXPORT_FORMATS.join(', ')}` },
  map: {
    type: 'string',
    multiple: true,
    value: 'field=column',
    help: 'take a field of the format from this field of the records; of jsonl and csv: the columns there are (repeatable)',
  },
  source: { type: 'string', value: 'NAME', help: 'which output of a run that has several' },
  license: { type: 'string', value: 'ID', help: 'hf: the licence that the card states, such as cc-by-4.0' },
  'dry-run': {
    type: 'boolean',
    help: 'show what each field of the format would be taken from, with the first record, and write nothing',
  },
  review: { type: 'string', value: 'FILE', help: 'apply the decisions of a review file (data/chat.review.jsonl)' },
  undecided: { type: 'string', value: 'HOW', help: 'review: records without a decision: keep (default) or drop' },
  changed: {
    type: 'string',
    value: 'HOW',
    help: 'review: records that were changed since: keep without the decision (default), drop, or apply it',
  },
  'min-rating': { type: 'string', value: 'N', help: 'review: rated records below are dropped' },
  raw: { type: 'boolean', help: 'CSV: no apostrophe before texts that spreadsheets take for formulas' },
  steps: { type: 'string', value: 'FILE', help: 'a pipeline file whose steps work on the records; it has no `read`' },
  text: {
    type: 'string',
    value: 'FIELD',
    help: 'field with the text (default: the first usual one there is; stats: all)',
  },
  edit: {
    type: 'string',
    multiple: true,
    value: 'EDIT',
    help: "change the text: strip_html, redact … or '{ slice: { to: References } }' (repeatable)",
  },
  check: {
    type: 'string',
    multiple: true,
    value: 'CHECK',
    help: "keep what passes: refusal, code … or '{ word_count: { min: 5 } }' (repeatable)",
  },
  when: { type: 'string', value: 'EXPR', help: 'keep records for which this is true, such as "len(answer) > 40"' },
  label: { type: 'string', value: 'FIELD', help: 'field with a label, for the model that is trained and tested' },
  seed: { type: 'string', value: 'N', help: 'another seed draws other samples and splits (default 0)' },
  embedding: {
    type: 'string',
    value: 'FIELD',
    help: 'field with embeddings (lists of numbers): how alike, how clustered',
  },
  keep: { type: 'string', value: 'N', help: 'runs to keep (default 10)' },
  json: { type: 'boolean', help: 'print one JSON object as the last line of standard output' },
  help: { type: 'boolean', help: 'show this help' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

/** Values as given, checked for their form only. */
export interface Given {
  readonly positionals: readonly string[];
  text(name: OptionName): string | undefined;
  flag(name: OptionName): boolean;
  list(name: OptionName): readonly string[];
  /** @throws UsageError when it is not a number in the range */
  number(name: OptionName, minimum: number, whole?: boolean): number | undefined;
}

/**
 * Reads the arguments of a command.
 *
 * @throws UsageError for an unknown option or one without its value
 */
export function readOptions(argv: readonly string[], names: readonly OptionName[]): Given {
  const options: Record<string, ParseArgsOptionDescriptor> = {};
  for (const name of [...names, 'help', 'json'] as const) {
    const option: Option = OPTIONS[name];
    options[name] = { type: option.type, multiple: option.multiple ?? false };
  }
  let parsed: { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(
      `${error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error)}. Options: ${names.map((name) => `--${name}`).join(', ')}`,
    );
  }
  const { values, positionals } = parsed;
  return {
    positionals,
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values[name] === true,
    list(name) {
      const value = values[name];
      return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
    },
    number(name, minimum, whole = true) {
      const value = values[name];
      if (typeof value !== 'string') return undefined;
      const number = Number(value);
      if (value.trim() === '' || !Number.isFinite(number) || number < minimum || (whole && !Number.isInteger(number))) {
        throw new UsageError(
          `--${name} takes ${whole ? 'a whole number' : 'a number'}${Number.isFinite(minimum) ? ` from ${minimum}` : ''}, not ${JSON.stringify(value)}`,
        );
      }
      return number;
    },
  };
}

/** The lines of the help for some options. */
export function describeOptions(names: readonly OptionName[]): string {
  const rows = names.map((name) => {
    const option: Option = OPTIONS[name];
    return { left: `--${name}${option.value === undefined ? '' : ` ${option.value}`}`, help: option.help };
  });
  const width = Math.max(...rows.map((row) => row.left.length));
  return rows.map((row) => `  ${row.left.padEnd(width)}  ${row.help}`).join('\n');
}
