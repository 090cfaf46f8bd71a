import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Held } from './line.ts';

/** Bytes gathered before they are written, so that setting aside costs one system call for many records. */
const CHUNK_BYTES = 256 * 1024;

/**
 * A scratch file for records that are finished but may not be committed yet, because one before them is still awaited.
 * Memory then holds an offset instead of the record. The file belongs to one process and goes with it.
 */
export class Spill {
  readonly #path: string;
  #descriptor: number | undefined;
  #written = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Sets a text aside. */
  put(text: string): Held {
    const bytes = Buffer.from(text);
    const held = { offset: this.#written + this.#pendingBytes, length: bytes.length };
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= CHUNK_BYTES) this.#flush();
    return held;
  }

  /** The text behind a content, wherever it is. */
  get(held: Held): string {
    if (typeof held === 'string') return held;
    if (held.offset + held.length > this.#written) this.#flush();
    const bytes = Buffer.allocUnsafe(held.length);
    if (this.#descriptor !== undefined) readSync(this.#descriptor, bytes, 0, held.length, held.offset);
    return bytes.toString();
  }

  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#path, { force: true });
  }

  #flush(): void {
    this.#descriptor ??= openSync(this.#path, 'w+');
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#written + done);
    }
    this.#written += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
