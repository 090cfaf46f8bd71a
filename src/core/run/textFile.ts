import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** How long text may wait so that many lines go out in one write, in milliseconds. */
const GATHER_MS = 25;
/** Text that goes out without waiting for more, in bytes. */
const PAGE_BYTES = 256 * 1024;
/** The most bytes of UTF-8 that one code unit of UTF-16 becomes. */
const BYTES_PER_UNIT = 3;

/**
 * A growing text file: output, lineage, rejects. Text is turned into bytes at once, so that no strings pile up, and
 * written in order; `backlog` lets the producer wait. Its loss in a crash costs nothing, since it is made again from the
 * journal.
 */
export class TextFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash | null;
  /** What is being filled, and how far. */
  #page = Buffer.allocUnsafe(PAGE_BYTES);
  #filled = 0;
  /** What stands before it and waits to be written. */
  #waiting: Buffer[] = [];
  #backlog = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #error: Error | undefined;

  private constructor(path: string, file: FileHandle, hashed: boolean) {
    this.path = path;
    this.#file = file;
    this.#hash = hashed ? createHash('sha256') : null;
  }

  /**
   * Makes the file anew, empty.
   *
   * @param options `hashed`: whether `close` is to tell the hash of the contents
   */
  static async create(path: string, options: { readonly hashed: boolean }): Promise<TextFile> {
    return new TextFile(path, await open(path, 'w'), options.hashed);
  }

  /** Bytes accepted and not yet written. */
  get backlog(): number {
    return this.#backlog;
  }

  /** Accepts a text. After a failure, which `flush` and `close` tell of, texts are dropped. */
  write(text: string): void {
    if (this.#error !== undefined) return;
    const most = text.length * BYTES_PER_UNIT;
    if (most > this.#page.length - this.#filled) {
      this.#cut();
      this.#page = Buffer.allocUnsafe(Math.max(PAGE_BYTES, most));
      this.#start();
    }
    const bytes = this.#page.write(text, this.#filled);
    this.#filled += bytes;
    this.#backlog += bytes;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#cut();
      this.#start();
    }, GATHER_MS);
  }

  /** Resolves when everything accepted so far has been written. @throws the file system's error, once it has failed */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#cut();
    this.#start();
    while (this.#writing !== undefined) await this.#writing;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Writes what is left, forces it to the device and closes. Returns the SHA-256 of all that was written, hex, where it is kept. */
  async close(): Promise<string> {
    try {
      await this.flush();
      await this.#file.datasync().catch(() => undefined);
    } finally {
      await this.#file.close();
    }
    return this.#hash?.digest('hex') ?? '';
  }

  /** Lets what is on the page go; what is left of the page is filled next. */
  #cut(): void {
    if (this.#filled === 0) return;
    this.#waiting.push(this.#page.subarray(0, this.#filled));
    this.#page = this.#page.subarray(this.#filled);
    this.#filled = 0;
  }

  #start(): void {
    if (this.#writing === undefined && this.#waiting.length > 0) this.#writing = this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const pieces = this.#waiting;
      this.#waiting = [];
      try {
        for (const piece of pieces) await this.#writeOut(piece);
      } catch (error) {
        this.#error = error instanceof Error ? error : new Error(String(error));
        this.#waiting = [];
        this.#backlog = 0;
      }
    }
    // Here and not later: what is accepted from now on starts the next one.
    this.#writing = undefined;
  }

  async #writeOut(piece: Buffer): Promise<void> {
    let done = 0;
    while (done < piece.length) done += (await this.#file.write(piece, done)).bytesWritten;
    this.#hash?.update(piece);
    this.#backlog -= piece.length;
  }
}
