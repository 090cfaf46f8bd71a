/** The forms in which a source can be read, and which one a file's ending means. */

/** A file of such a format is one document: a text. */
export const DOCUMENT_FORMATS = ['text', 'markdown', 'html', 'pdf', 'docx', 'code'] as const;
/** A file of such a format holds records. `symbols` are the functions and classes of code. */
export const RECORD_FORMATS = ['jsonl', 'json', 'csv', 'tsv', 'parquet', 'symbols'] as const;
export const SOURCE_FORMATS = [...DOCUMENT_FORMATS, ...RECORD_FORMATS] as const;

export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
export type RecordFormat = (typeof RECORD_FORMATS)[number];
export type SourceFormat = DocumentFormat | RecordFormat;

const ENDINGS: Readonly<Record<Exclude<SourceFormat, 'text' | 'symbols'>, readonly string[]>> = {
  markdown: ['md', 'markdown', 'mdx'],
  html: ['html', 'htm', 'xhtml'],
  pdf: ['pdf'],
  docx: ['docx'],
  code: [
    ...['py', 'pyi', 'js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx', 'java', 'kt', 'scala', 'c', 'h', 'cc'],
    ...['cpp', 'cxx', 'hpp', 'hh', 'hxx', 'cs', 'rs', 'go', 'rb', 'php', 'swift', 'sh', 'sql', 'r', 'jl', 'lua'],
  ],
  jsonl: ['jsonl', 'ndjson'],
  json: ['json'],
  csv: ['csv'],
  tsv: ['tsv', 'tab'],
  parquet: ['parquet'],
};

const BY_ENDING: ReadonlyMap<string, SourceFormat> = new Map(
  Object.entries(ENDINGS).flatMap(([format, endings]) => endings.map((ending) => [ending, format as SourceFormat])),
);

/** The format that a path's or a URL's ending means; what is not known is text. */
export function formatOf(path: string): SourceFormat {
  const [name = ''] = path.split(/[?#]/u);
  const ending = /\.(?<ending>[a-z0-9]+)$/iu.exec(name)?.groups?.['ending'] ?? '';
  return BY_ENDING.get(ending.toLowerCase()) ?? 'text';
}

export function isRecordFormat(format: SourceFormat): format is RecordFormat {
  return (RECORD_FORMATS as readonly SourceFormat[]).includes(format);
}
