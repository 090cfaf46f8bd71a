/**
 * Cuts a JSON file into its records without reading it whole: the elements of a list, or objects one after the other. A
 * streaming JSON parser would stop at the first slip; this looks only at brackets and strings, so that a record with a
 * mistake in it is one record and the others are read.
 */
import { LONGEST_LINE } from '../readLines.ts';
import { UnreadableError } from '../sourceEntry.ts';

/** A record as it stands in the file. */
export interface RawJson {
  /** Line in which it begins, from 1. */
  readonly line: number;
  /** Null when it is longer than the limit. */
  readonly bytes: Buffer | null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;

function opens(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b;
}

function closes(byte: number): boolean {
  return byte === 0x7d || byte === 0x5d;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

/**
 * @param chunks the file's bytes, UTF-8 without a byte-order mark
 * @throws UnreadableError where the file as a whole is not JSON: no list or object, or one that does not end
 */
export async function* splitJson(
  chunks: AsyncIterable<Buffer>,
  longest: number = LONGEST_LINE,
): AsyncGenerator<RawJson> {
  const cutter = new Cutter(longest);
  for await (const chunk of chunks) yield* cutter.take(chunk);
  cutter.end();
}

class Cutter {
  readonly #longest: number;
  #line = 1;
  /** Whether the records are the elements of a list; undefined before the first sign. */
  #inList: boolean | undefined;
  #listLine = 1;
  #ended = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Line in which the record under way begins; 0: none is. */
  #recordLine = 0;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  *take(chunk: Buffer): Generator<RawJson> {
    // Of a record that goes on from the chunk before, this one has the next part from its beginning.
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === LINE_FEED) this.#line += 1;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (this.#recordLine === 0) {
        if (!this.#begins(byte)) continue;
        this.#recordLine = this.#line;
        start = at;
      }
      if (byte === QUOTE) this.#inString = true;
      else if (opens(byte)) this.#depth += 1;
      else if (closes(byte) && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#inList === false && this.#depth === 0) yield this.#finish(chunk.subarray(start, at + 1));
      } else if (this.#inList === true && this.#depth === 0 && (byte === COMMA || closes(byte))) {
        this.#ended = closes(byte);
        yield this.#finish(chunk.subarray(start, at));
      }
    }
    if (this.#recordLine > 0) this.#keep(chunk.subarray(start));
  }

  end(): void {
    if (this.#inList === undefined) {
      throw new UnreadableError({ reason: 'empty-document', message: 'the file is empty' });
    }
    if (this.#recordLine > 0) {
      const { line } = this.#finish(Buffer.alloc(0));
      const message = 'the record that begins here does not end (a bracket or a quote is missing)';
      throw new UnreadableError({ reason: 'not-json', message }, line);
    }
    if (this.#inList && !this.#ended) {
      const message = 'the list that begins here does not end; the file may be cut off';
      throw new UnreadableError({ reason: 'not-json', message }, this.#listLine);
    }
  }

  /** Whether a record begins with this byte, outside of any. */
  #begins(byte: number): boolean {
    if (isSpace(byte)) return false;
    if (this.#inList === undefined) {
      this.#inList = byte === 0x5b;
      this.#listLine = this.#line;
      if (this.#inList) return false;
    }
    if (this.#ended) {
      const message = 'something stands behind the end of the list';
      throw new UnreadableError({ reason: 'not-json', message }, this.#line);
    }
    if (this.#inList) {
      if (byte === 0x5d) this.#ended = true;
      return byte !== COMMA && byte !== 0x5d;
    }
    if (byte === 0x7b) return true;
    const message = 'the file is neither a list of records nor a record (a JSON object)';
    throw new UnreadableError({ reason: 'not-json', message }, this.#line);
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length <= this.#longest) this.#parts.push(part);
    else this.#parts = [];
  }

  #finish(part: Buffer): RawJson {
    this.#keep(part);
    const bytes = this.#length > this.#longest ? null : Buffer.concat(this.#parts);
    const line = this.#recordLine;
    this.#parts = [];
    this.#length = 0;
    this.#recordLine = 0;
    this.#depth = 0;
    return { line, bytes };
  }
}
