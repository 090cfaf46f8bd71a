import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Held } from './line.ts';

/** Bytes gathered before they are written, so that setting aside costs one system call for many records. */
const CHUNK_BYTES = 256 * 1024;

/** A text that was set aside: in memory until its chunk is written, then in the file. */
export class SetAside {
  text: string | undefined;
  offset = 0;
  readonly length: number;

  constructor(text: string) {
    this.text = text;
    this.length = Buffer.byteLength(text);
  }
}

/**
 * A scratch file for records that are finished but may not be committed yet, because one before them is still awaited.
 * Memory then holds an offset instead of the record. What is wanted back soon never reaches the disk, and a disk that
 * takes nothing more leaves the records in memory. The file belongs to one process and goes with it.
 */
export class Spill {
  readonly #path: string;
  #descriptor: number | undefined;
  #written = 0;
  readonly #pending = new Set<SetAside>();
  #pendingBytes = 0;
  #refused = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Sets a text aside. */
  put(text: string): Held {
    const aside = new SetAside(text);
    if (this.#refused) return aside;
    this.#pending.add(aside);
    this.#pendingBytes += aside.length;
    if (this.#pendingBytes >= CHUNK_BYTES) this.#flush();
    return aside;
  }

  /** The text behind a content, wherever it is. What is wanted while it is in memory never reaches the disk. */
  get(held: Held): string {
    if (typeof held === 'string') return held;
    if (held.text !== undefined) {
      if (this.#pending.delete(held)) this.#pendingBytes -= held.length;
      return held.text;
    }
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
    const bytes = Buffer.from([...this.#pending].map((aside) => aside.text ?? '').join(''));
    try {
      this.#descriptor ??= openSync(this.#path, 'w+');
      let done = 0;
      while (done < bytes.length) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#written + done);
      }
    } catch {
      // A full disk: the journal says so. Until the run has stopped, memory serves.
      this.#refused = true;
      this.#pending.clear();
      return;
    }
    for (const aside of this.#pending) {
      aside.offset = this.#written;
      aside.text = undefined;
      this.#written += aside.length;
    }
    this.#pending.clear();
    this.#pendingBytes = 0;
  }
}
