import type { FilePosition } from '../errors.ts';
import type { JsonObject } from '../record/json.ts';
import type { Key } from '../record/key.ts';

/** What a source gives: a record, or something in it that could not be read, which takes a key all the same. */
export type SourceEntry = SourceRecord | SourceProblem;

export interface SourceRecord {
  readonly kind: 'record';
  /** Index of the entry as read, so that a broken line leaves the keys of the others alone; a chunk has its own behind it. */
  readonly key: Key;
  readonly fields: JsonObject;
}

export interface SourceProblem extends Unread {
  readonly kind: 'problem';
  readonly key: Key;
  readonly position: FilePosition;
}

/** Why something could not be read. */
export interface Unread {
  /**
   * `missing-file`, `unreadable-file`, `file-too-large`, `binary-file`, `not-utf8`, `line-too-long`, `not-json`,
   * `not-an-object`, `missing-field`, `not-text`, `empty-document`, `ragged-row`, `broken-row`, `no-text`, `encrypted`,
   * `damaged-file`, `unknown-language`, `git-failed`.
   */
  readonly reason: string;
  /** A sentence without the place, which stands beside it. */
  readonly message: string;
}

/** What a file's reader finds: the fields of a record or why there is none, with the line where a file has lines. */
export type FoundRecord = ({ readonly fields: JsonObject } | Unread) & {
  readonly line?: number;
  readonly endLine?: number;
};

/** A document as a text. */
export interface DocumentText {
  readonly text: string;
  /** Where its pages begin in the text, the first at 0; only where it has pages. */
  readonly pages?: readonly number[];
}

/** A file that is read: where it lies, and how it is called. */
export interface NamedFile {
  readonly path: string;
  readonly shown: string;
}

/** Something that could not be read stops the reader of its file; what was read before stays. */
export class UnreadableError extends Error {
  readonly unread: Unread;
  readonly line: number | undefined;

  constructor(unread: Unread, line?: number) {
    super(unread.message);
    this.unread = unread;
    this.line = line;
  }
}

/** What an error of the file system, or of a reader, comes to. */
export function unreadOf(error: unknown): Unread {
  if (error instanceof UnreadableError) return error.unread;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return { reason: 'missing-file', message: 'there is no such file any more' };
  const why = error instanceof Error ? error.message : String(error);
  return { reason: 'unreadable-file', message: `the file cannot be read (${why})` };
}
