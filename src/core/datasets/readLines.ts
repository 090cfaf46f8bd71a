import { createReadStream } from 'node:fs';

/** Lines longer than this many bytes are not kept in memory; nobody's record is that long. */
export const LONGEST_LINE = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** One line of a file, without its end (LF or CRLF). */
export interface RawLine {
  /** Counts from 1. */
  readonly number: number;
  /** Null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
  /** Whether a line feed ends it; only the last line of a file may have none. */
  readonly ended: boolean;
}

/**
 * The lines of a file one after the other; memory holds one chunk and one line. A byte-order mark is dropped, and a
 * last line needs no end.
 *
 * @param size bytes of the file that are read; for a file that is growing meanwhile. Default: all
 * @throws the file system's error when the file cannot be read
 */
export async function* readLines(
  path: string,
  longest: number = LONGEST_LINE,
  size: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<RawLine> {
  if (size === 0) return;
  yield* splitLines(
    createReadStream(path, { highWaterMark: 256 * 1024, end: size - 1 }) as AsyncIterable<Buffer>,
    longest,
  );
}

/** The lines of bytes that come in pieces; as `readLines` otherwise. */
export async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  longest: number = LONGEST_LINE,
): AsyncGenerator<RawLine> {
  for await (const lines of splitLinesInBatches(chunks, longest)) for (const line of lines) yield line;
}

/** As `splitLines`, the lines of each piece together, where so many are read that a turn for each takes its time. */
export async function* splitLinesInBatches(
  chunks: AsyncIterable<Buffer>,
  longest: number = LONGEST_LINE,
): AsyncGenerator<RawLine[]> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  const finish = (ended: boolean): RawLine => {
    number += 1;
    // Most lines lie whole in one piece, and need no copy.
    const [first] = parts;
    const whole = first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
    const bytes = length > longest ? null : trimLine(whole, number);
    parts = [];
    length = 0;
    return { number, bytes, ended };
  };
  for await (const chunk of chunks) {
    const lines: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      parts.push(chunk.subarray(start, end));
      length += end - start;
      lines.push(finish(true));
      start = end + 1;
    }
    length += chunk.length - start;
    if (length <= longest) parts.push(chunk.subarray(start));
    else parts = [];
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [finish(false)];
}

function trimLine(bytes: Buffer, number: number): Buffer {
  const start = number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  if (start === 0 && end === bytes.length) return bytes;
  return bytes.subarray(start, Math.max(start, end));
}
