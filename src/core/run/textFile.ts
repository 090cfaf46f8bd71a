import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** How long text may wait so that many lines go out in one write, in milliseconds. */
const GATHER_MS = 25;

/**
 * A growing text file: output, lineage, rejects. Text is gathered and written in order; `backlog` lets the producer wait.
 * Its loss in a crash costs nothing, since it is made again from the journal.
 */
export class TextFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #pending: string[] = [];
  #pendingLength = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #error: Error | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Makes the file anew, empty. */
  static async create(path: string): Promise<TextFile> {
    return new TextFile(path, await open(path, 'w'));
  }

  /** Characters accepted and not yet written. */
  get backlog(): number {
    return this.#pendingLength;
  }

  write(text: string): void {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, GATHER_MS);
  }

  /** Resolves when everything accepted so far has been written. @throws the file system's error, once it has failed */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#start();
    while (this.#writing !== undefined) await this.#writing;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Writes what is left, forces it to the device and closes. Returns the SHA-256 of all that was written, hex. */
  async close(): Promise<string> {
    try {
      await this.flush();
      await this.#file.datasync().catch(() => undefined);
    } finally {
      await this.#file.close();
    }
    return this.#hash.digest('hex');
  }

  #start(): void {
    if (this.#writing !== undefined || this.#pending.length === 0) return;
    this.#writing = this.#drain().finally(() => {
      this.#writing = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0 && this.#error === undefined) {
      const bytes = Buffer.from(this.#pending.join(''));
      const length = this.#pendingLength;
      this.#pending = [];
      try {
        let done = 0;
        while (done < bytes.length) done += (await this.#file.write(bytes, done)).bytesWritten;
        this.#hash.update(bytes);
      } catch (error) {
        this.#error = error instanceof Error ? error : new Error(String(error));
      }
      this.#pendingLength -= length;
    }
  }
}
