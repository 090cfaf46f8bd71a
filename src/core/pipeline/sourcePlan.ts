/** Where the records of a `read` step come from, as planned. */
import type { Charset } from '../datasets/fileBytes.ts';
import type { SourceFormat } from '../datasets/sourceFormats.ts';
import type { SymbolKind } from '../datasets/symbols/codeSymbol.ts';
import type { Encoding } from '../curate/encodings.ts';
import type { Json } from '../record/json.ts';

export type ReadSource = ListSource | CrossSource | CountSource | FilesSource | GitSource;

/** Fields that take where a record comes from. */
export interface OriginFields {
  /** Takes the index, from 0. */
  readonly indexField?: string;
  /** Takes the place: path, path and line, URL, commit; `label:3` for the third value of a list. */
  readonly sourceField?: string;
}

/** Values given in the pipeline, each a record `{ [field]: value }`. */
export interface ListSource extends OriginFields {
  readonly kind: 'list';
  readonly values: readonly Json[];
  readonly field: string;
  /** What the list is called in messages. */
  readonly label: string;
}

/** Every combination of one value of each field, the last field varying fastest; the key is the tuple of indices. */
export interface CrossSource {
  readonly kind: 'cross';
  readonly fields: readonly { readonly field: string; readonly values: readonly Json[] }[];
  readonly label: string;
}

/** So many records without fields, for values that are drawn. */
export interface CountSource extends OriginFields {
  readonly kind: 'count';
  readonly count: number;
  readonly label: string;
}

/** A file that is read. */
export interface SourceFile {
  /** Absolute; of a file from the web where it lies in the cache, empty before it was fetched. */
  readonly path: string;
  /** The path to show, or the URL. */
  readonly shown: string;
  readonly as: SourceFormat;
  /** Where it is fetched from. `sha256` (hex) is null where the pipeline does not say what it must be. */
  readonly remote?: { readonly url: string; readonly sha256: string | null };
}

/** Files in their final order: a record a document, or a record for each that a file holds. */
export interface FilesSource extends OriginFields {
  readonly kind: 'files';
  readonly files: readonly SourceFile[];
  /** Files that hold records: the field that is wanted as `into`, a text; null: the fields as they are. */
  readonly field: string | null;
  /** Field that takes the text. */
  readonly into: string;
  /** Keep the other fields where `field` is wanted. */
  readonly keepFields: boolean;
  /** The only fields that are kept; absent: all. */
  readonly fields?: readonly string[];
  /** What cannot be read is an error instead of a reject. */
  readonly strict: boolean;
  readonly charset?: Charset;
  /** CSV and TSV: what stands between cells; default: comma, tab. */
  readonly delimiter?: string;
  /** CSV and TSV without a header: the names of the columns. */
  readonly columns?: readonly string[];
  /** Symbols that are read; default: functions, classes, methods. */
  readonly symbols?: readonly SymbolKind[];
}

/** The history of a repository, a record a commit. */
export interface GitSource extends OriginFields {
  readonly kind: 'git';
  /** Absolute. */
  readonly repository: string;
  readonly shown: string;
  /** Only commits that touch one of them; empty: all. */
  readonly paths: readonly string[];
  /** A date in any of Git's forms. */
  readonly since?: string;
  readonly max?: number;
  readonly fields?: readonly string[];
  readonly strict: boolean;
  /** Commit to begin with, and `since` in seconds since the epoch: settled when a run starts, so that it can be resumed. */
  readonly head?: string;
  readonly maxAge?: string;
}

/** Which of the records are taken, in their order. The same seed takes the same. */
export interface SampleChoice {
  readonly seed: number;
  /** Exactly so many, or all where there are fewer. */
  readonly count?: number;
  /** Each with this probability. */
  readonly ratio?: number;
}

export const CHUNK_KINDS = ['tokens', 'paragraphs', 'headings', 'pages'] as const;
export type ChunkKind = (typeof CHUNK_KINDS)[number];

/** How texts are cut into chunks, each a record. */
export interface Chunking {
  readonly by: ChunkKind;
  /** Field that holds the text. */
  readonly field: string;
  /** Tokens that a chunk may have; null: as long as it is. */
  readonly size: number | null;
  /** Tokens of the chunk before that are repeated. */
  readonly overlap: number;
  readonly encoding: Encoding;
  /** Field that takes the place of the chunk: `{ index, start, end, … }`. */
  readonly into: string;
}
