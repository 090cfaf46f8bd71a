/** The bytes of text files, as UTF-8 whatever they are stored in, a piece at a time. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { UnreadableError } from './sourceEntry.ts';

/** Encodings of text files that can be named; `utf-8` is expected where none is. UTF-16 is known by its byte-order mark. */
export const CHARSETS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-15',
  'shift_jis',
  'gb18030',
] as const;
export type Charset = (typeof CHARSETS)[number];

/** A document of more bytes than this fits into no prompt and no JavaScript text. */
export const LARGEST_DOCUMENT = 256 * 1024 * 1024;
/** Text has no NUL; looking at this many bytes is enough to tell (as Git does). */
const SNIFFED_BYTES = 8000;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a file's first bytes tell. @throws UnreadableError `binary-file`, and the file system's errors */
export async function sniffCharset(path: string, named: Charset | undefined): Promise<Charset> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
    const start = buffer.subarray(0, bytesRead);
    const marked = markOf(start);
    if (marked !== undefined) return marked;
    const charset = named ?? 'utf-8';
    if (!charset.startsWith('utf-16') && start.includes(0)) {
      throw new UnreadableError({
        reason: 'binary-file',
        message: 'the file is not text (or is UTF-16 without a byte-order mark; then say `charset: utf-16le`)',
      });
    }
    return charset;
  } finally {
    await file.close();
  }
}

function markOf(start: Buffer): Charset | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8';
  return undefined;
}

/**
 * A text file's bytes as UTF-8, without a byte-order mark. What is meant to be UTF-8 is handed on unchecked: its reader
 * says which line is not.
 *
 * @throws UnreadableError, and the file system's errors
 */
export async function* readTextBytes(path: string, named: Charset | undefined): AsyncGenerator<Buffer> {
  const charset = await sniffCharset(path, named);
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  if (charset === 'utf-8') {
    let isFirst = true;
    for await (const chunk of stream) {
      yield isFirst && markOf(chunk) === 'utf-8' ? chunk.subarray(3) : chunk;
      isFirst = false;
    }
    return;
  }
  const decoder = new TextDecoder(charset, { fatal: true });
  try {
    for await (const chunk of stream) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) throw new UnreadableError(notInCharset('the file', charset));
    throw error;
  }
}

/** A text file whole: line ends as LF, no byte-order mark. @throws UnreadableError, and the file system's errors */
export async function readWholeText(path: string, named: Charset | undefined): Promise<string> {
  const text = decodeUtf8(await readInOne(path, named));
  if (text === undefined) throw new UnreadableError(notInCharset('the file', 'utf-8'));
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

/** Into one buffer from the beginning: parts that are put together in the end take twice the memory. */
async function readInOne(path: string, named: Charset | undefined): Promise<Buffer> {
  let bytes = Buffer.allocUnsafe(await checkSize(path));
  let length = 0;
  for await (const part of readTextBytes(path, named)) {
    // UTF-8 may be longer than what it was made of.
    if (length + part.length > bytes.length) bytes = Buffer.concat([bytes], (length + part.length) * 2);
    part.copy(bytes, length);
    length += part.length;
  }
  return bytes.subarray(0, length);
}

/** @returns the size @throws UnreadableError `file-too-large` */
export async function checkSize(path: string, largest = LARGEST_DOCUMENT): Promise<number> {
  const { size } = await stat(path);
  if (size <= largest) return size;
  const message = `the file has ${megabytes(size)} MB; a document may have ${megabytes(largest)}`;
  throw new UnreadableError({ reason: 'file-too-large', message });
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

/** Text of bytes that are UTF-8; undefined where they are not. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

export function notInCharset(what: string, charset: Charset): { readonly reason: string; readonly message: string } {
  const message =
    charset === 'utf-8'
      ? `${what} is not UTF-8; if it is in another encoding, name it (\`charset: windows-1252\` …)`
      : `${what} is not ${charset}`;
  return { reason: charset === 'utf-8' ? 'not-utf8' : 'wrong-charset', message };
}
