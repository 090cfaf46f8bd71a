/** Where the lines of a file are, of any size: a sparse index in bounded memory, of a file that may grow or be replaced. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { splitLines } from '../readLines.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
/** Read at a time while indexing, in bytes: little at first, so that the first lines are known at once. */
const FIRST_CHUNK = 256 * 1024;
const CHUNK = 4 * 1024 * 1024;
/** Read at a time for lines, in bytes. */
const LINES_CHUNK = 256 * 1024;
/** A mark is set after so many lines or so many bytes, whichever comes first. */
const MARK_LINES = 64;
const MARK_BYTES = 256 * 1024;
/** Marks that are kept, at the most (2.4 MB); then every other one is dropped, and new ones are set half as often. */
const MOST_MARKS = 100_000;
/** Bytes at the beginning and before the end of what is known that are compared to tell whether a file is another. */
const PRINT_BYTES = 1024;

/** A line that is known by where it starts. */
interface Mark {
  readonly line: number;
  readonly offset: number;
  /** Lines before it that are not blank. */
  readonly records: number;
}

/** One line as it stands in the file. */
export interface IndexedLine {
  /** Counts from 0. */
  readonly line: number;
  /** Lines before it that are not blank: its number as a record. */
  readonly record: number;
  /** Without its end; null when it is longer than `readLines` bears. */
  readonly bytes: Buffer | null;
}

export interface LineIndexOptions {
  /** A last line without an end is a line (of a file that is whole), or is still being written. */
  readonly unended: 'line' | 'none';
  /** Told while a file is read: there are more lines. */
  readonly onProgress?: () => void;
}

export class LineIndex {
  readonly #options: LineIndexOptions;
  #marks: Mark[] = [];
  #spread = 1;
  /** Lines that have an end, and where the last of them ends. */
  #complete = 0;
  #completeBytes = 0;
  #records = 0;
  /** Whether the line that begins at `#completeBytes` has nothing but blanks so far, and how much there is of it. */
  #tailIsBlank = true;
  #tailBytes = 0;
  #size = 0;
  #path: string | undefined;
  #inode: bigint | undefined;
  #modified: bigint | undefined;
  #head = Buffer.alloc(0);
  #end = Buffer.alloc(0);
  #updating: Promise<boolean> = Promise.resolve(false);

  constructor(options: LineIndexOptions) {
    this.#options = options;
  }

  /** Lines known so far. */
  get count(): number {
    return this.#complete + (this.#options.unended === 'line' && this.#tailBytes > 0 ? 1 : 0);
  }

  /** Bytes of the file, as far as is known. */
  get size(): number {
    return this.#size;
  }

  /** Bytes whose lines are known. */
  get known(): number {
    return this.#completeBytes + this.#tailBytes;
  }

  get path(): string | undefined {
    return this.#path;
  }

  /**
   * Looks at the file again, which may have got another name since. Reads only what was appended; a file that was
   * replaced, cut or changed is read anew.
   *
   * @returns whether lines known before are no longer the same
   */
  update(path: string | undefined): Promise<boolean> {
    // One after the other: two readers of one index would each add the same lines.
    this.#updating = this.#updating.catch(() => false).then(() => this.#update(path));
    return this.#updating;
  }

  /** Lines from `start` on, at most `count`, in order. A line that goes on while it is read ends where it is known to. */
  async *lines(start: number, count: number): AsyncGenerator<IndexedLine> {
    const end = Math.min(start + count, this.count);
    if (this.#path === undefined || start >= end) return;
    const mark = this.#markBefore(start);
    let record = mark.records;
    const file = await open(this.#path, 'r');
    try {
      for await (const { number, bytes } of splitLines(chunksOf(file, mark.offset, this.known))) {
        const line = mark.line + number - 1;
        if (line >= end) return;
        if (line >= start) yield { line, record, bytes };
        if (bytes === null || !isBlank(bytes, 0, bytes.length)) record += 1;
      }
    } finally {
      await file.close();
    }
  }

  #markBefore(line: number): Mark {
    let [low, high] = [0, this.#marks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#marks[middle]?.line ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return this.#marks[low - 1] ?? { line: 0, offset: 0, records: 0 };
  }

  async #update(path: string | undefined): Promise<boolean> {
    const info = path === undefined ? undefined : await stat(path, { bigint: true }).catch(() => undefined);
    const same = info !== undefined && path !== undefined && (await this.#isSame(path, info));
    const lost = !same && this.count > 0;
    if (!same) this.#forget();
    this.#path = info === undefined ? undefined : path;
    this.#inode = info?.ino;
    this.#modified = info?.mtimeNs;
    this.#size = Number(info?.size ?? 0);
    // A last line that goes on is another line than the one that was shown.
    const showed = this.#options.unended === 'line' && this.#tailBytes > 0;
    const before = this.known;
    if (path !== undefined && info !== undefined) await this.#append(path);
    return lost || (showed && this.known > before);
  }

  /** Whether what is known of the file still holds: it is the same file, and has grown at most. */
  async #isSame(path: string, info: { ino: bigint; size: bigint; mtimeNs: bigint }): Promise<boolean> {
    if (info.ino !== this.#inode || Number(info.size) < this.known) return false;
    if (info.mtimeNs === this.#modified && Number(info.size) === this.known) return true;
    // Written to, but not longer: something in it is different.
    if (Number(info.size) === this.known) return this.known === 0;
    const file = await open(path, 'r');
    try {
      const [head, end] = [Buffer.alloc(this.#head.length), Buffer.alloc(this.#end.length)];
      await file.read(head, 0, head.length, 0);
      await file.read(end, 0, end.length, this.known - end.length);
      return head.equals(this.#head) && end.equals(this.#end);
    } finally {
      await file.close();
    }
  }

  #forget(): void {
    this.#marks = [];
    this.#spread = 1;
    this.#complete = 0;
    this.#completeBytes = 0;
    this.#records = 0;
    this.#tailIsBlank = true;
    this.#tailBytes = 0;
    this.#head = Buffer.alloc(0);
    this.#end = Buffer.alloc(0);
  }

  async #append(path: string): Promise<void> {
    if (this.known >= this.#size) return;
    const file = await open(path, 'r');
    try {
      let buffer = Buffer.alloc(Math.min(FIRST_CHUNK, this.#size - this.known));
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, this.known);
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        this.#keepPrints(chunk);
        this.#scan(chunk);
        this.#size = Math.max(this.#size, this.known);
        this.#options.onProgress?.();
        if (buffer.length < CHUNK && this.#size - this.known > buffer.length) buffer = Buffer.alloc(CHUNK);
      }
      // What was written while it was read is read already; anything later shows in the time.
      const { size, mtimeNs } = await file.stat({ bigint: true });
      this.#modified = Number(size) === this.known ? mtimeNs : undefined;
    } finally {
      await file.close();
    }
  }

  #keepPrints(chunk: Buffer): void {
    if (this.#head.length < PRINT_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, PRINT_BYTES - this.#head.length)]);
    }
    this.#end = Buffer.from(Buffer.concat([this.#end, chunk.subarray(-PRINT_BYTES)]).subarray(-PRINT_BYTES));
  }

  #scan(chunk: Buffer): void {
    const base = this.known;
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      const blank = this.#tailIsBlank && isBlank(chunk, start, end);
      this.#setMark();
      this.#complete += 1;
      if (!blank) this.#records += 1;
      this.#completeBytes = base + end + 1;
      this.#tailIsBlank = true;
      start = end + 1;
    }
    this.#tailIsBlank &&= isBlank(chunk, start, chunk.length);
    this.#tailBytes = base + chunk.length - this.#completeBytes;
  }

  /** Marks the line that was just found to be whole, when the last mark is far enough. */
  #setMark(): void {
    const last = this.#marks.at(-1);
    const far =
      last === undefined ||
      this.#complete - last.line >= MARK_LINES * this.#spread ||
      this.#completeBytes - last.offset >= MARK_BYTES * this.#spread;
    if (!far) return;
    this.#marks.push({ line: this.#complete, offset: this.#completeBytes, records: this.#records });
    if (this.#marks.length <= MOST_MARKS) return;
    this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
    this.#spread *= 2;
  }
}

async function* chunksOf(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    // Lines are cut out of it and kept: it is not used again.
    const buffer = Buffer.allocUnsafe(Math.min(LINES_CHUNK, end - at));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0) > SPACE) return false;
  return true;
}
