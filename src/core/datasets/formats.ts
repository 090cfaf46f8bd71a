/** The forms an output or an export can have. */
export const OUTPUT_FORMATS = [
  'jsonl',
  'openai-chat',
  'sharegpt',
  'alpaca',
  'chatml',
  'prompt-completion',
  'dpo',
  'kto',
  'csv',
  'parquet',
  'hf',
] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The formats with fields of their own; the others, the tables, have the fields of the records. */
export type TrainingFormat = Exclude<OutputFormat, TableFormat>;
export type TableFormat = 'jsonl' | 'csv' | 'parquet' | 'hf';

/** Whether a format takes the records' own fields, all or those that are named. */
export function isTable(format: OutputFormat): format is TableFormat {
  return format === 'jsonl' || format === 'csv' || format === 'parquet' || format === 'hf';
}

/** How files of a format usually end; empty: it is a folder. */
export function endingOf(format: OutputFormat): string {
  return format === 'hf' ? '' : format === 'csv' || format === 'parquet' ? `.${format}` : '.jsonl';
}
