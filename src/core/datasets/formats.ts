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

/** The forms an export can have: those of outputs, and `nemo-curator`, which hands records over to a cluster. */
export const EXPORT_FORMATS = [...OUTPUT_FORMATS, 'nemo-curator'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The formats with fields of their own; the others, the tables, have the fields of the records. */
export type TrainingFormat = Exclude<ExportFormat, TableFormat>;
export type TableFormat = 'jsonl' | 'csv' | 'parquet' | 'hf';

/** Whether a format takes the records' own fields, all or those that are named. */
export function isTable(format: ExportFormat): format is TableFormat {
  return format === 'jsonl' || format === 'csv' || format === 'parquet' || format === 'hf';
}

/** How files of a format usually end; empty: it is a folder. */
export function endingOf(format: ExportFormat): string {
  return isFolder(format) ? '' : format === 'csv' || format === 'parquet' ? `.${format}` : '.jsonl';
}

/** Whether what is written is a folder. */
export function isFolder(format: ExportFormat): format is 'hf' | 'nemo-curator' {
  return format === 'hf' || format === 'nemo-curator';
}
