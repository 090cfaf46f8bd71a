/** The lines of a file that may be growing, found by an index of their offsets. Plain Node. */
import { open, stat, type FileHandle } from 'node:fs/promises';

const LINE_FEED = 0x0a;
/** Read at a time while indexing, in bytes: small enough that nothing else waits long. */
const CHUNK_BYTES = 1024 * 1024;

/** Somewhere a line begins, and where it ends (without its line feed). */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Knows where the complete lines of a file are. `update` reads only what was appended since; a file that was replaced or
 * cut is read anew. Eight bytes of memory a line.
 */
export class LineFile {
  /** Offset after each complete line, in order. */
  #ends: number[] = [];
  #path: string | undefined;
  #inode: bigint | undefined;
  #updating: Promise<boolean> | undefined;

  /** Number of complete lines known so far. */
  get count(): number {
    return this.#ends.length;
  }

  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Looks at the file again, which may have got another name since.
   *
   * @returns whether lines known before are no longer the same
   */
  async update(path: string | undefined): Promise<boolean> {
    // One after the other: two readers of one index would each append the same lines.
    const before = this.#updating ?? Promise.resolve(false);
    const own = before.catch(() => false).then(() => this.#read(path));
    this.#updating = own;
    return own;
  }

  /** Text of the lines from `start`, at most `count` of them, without their line feeds. */
  async lines(start: number, count: number): Promise<string[]> {
    const last = Math.min(start + count, this.#ends.length) - 1;
    if (this.#path === undefined || last < start) return [];
    const from = this.#start(start);
    const bytes = (this.#ends[last] ?? from) - from;
    const file = await open(this.#path, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      await readFully(file, buffer, from);
      const texts: string[] = [];
      for (let line = start; line <= last; line += 1) {
        const begin = this.#start(line) - from;
        texts.push(buffer.toString('utf8', begin, (this.#ends[line] ?? 0) - from - 1));
      }
      return texts;
    } finally {
      await file.close();
    }
  }

  #start(line: number): number {
    return line === 0 ? 0 : (this.#ends[line - 1] ?? 0);
  }

  async #read(path: string | undefined): Promise<boolean> {
    const info = path === undefined ? undefined : await stat(path, { bigint: true }).catch(() => undefined);
    const known = this.#ends.at(-1) ?? 0;
    const replaced = info?.ino !== this.#inode || Number(info?.size ?? 0) < known;
    const lost = replaced && this.#ends.length > 0;
    if (replaced) this.#ends = [];
    this.#path = info === undefined ? undefined : path;
    this.#inode = info?.ino;
    if (path !== undefined && info !== undefined) await this.#append(path, Number(info.size));
    return lost;
  }

  async #append(path: string, size: number): Promise<void> {
    let position = this.#ends.at(-1) ?? 0;
    if (position >= size) return;
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, size - position));
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) return;
        for (let at = buffer.indexOf(LINE_FEED); at !== -1 && at < bytesRead; at = buffer.indexOf(LINE_FEED, at + 1)) {
          this.#ends.push(position + at + 1);
        }
        position += bytesRead;
      }
    } finally {
      await file.close();
    }
  }
}

async function readFully(file: FileHandle, buffer: Buffer, from: number): Promise<void> {
  for (let read = 0; read < buffer.length;) {
    const { bytesRead } = await file.read(buffer, read, buffer.length - read, from + read);
    if (bytesRead === 0) return;
    read += bytesRead;
  }
}
