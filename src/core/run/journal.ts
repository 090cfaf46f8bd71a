/** The run's append-only log of model answers, one JSON object a line (`journalLine.ts`): read, looked through, written. */
import { closeSync, openSync, readSync } from 'node:fs';
import { open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OpenlineError } from '../errors.ts';
import { ADDRESS_START, isIntact, readLine, QUOTE } from './journalLine.ts';
import type { JsonObject } from '../record/json.ts';

/** The journal cannot be written: the disk is full, the folder is gone, or it is read-only. */
export class JournalError extends OpenlineError {
  readonly path: string;
  /** The system's error code, such as ENOSPC. */
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
    const what = code === 'ENOSPC' ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause);
    super(`The journal ${path} cannot be written: ${what}`, { cause });
    this.path = path;
    this.code = code;
  }
}

const NEWLINE = 0x0a;

/** Where a line stands in its file. */
export interface LineSpan {
  readonly offset: number;
  readonly length: number;
}

/** What a scan of a journal found. */
export interface JournalScan {
  /** Bytes up to and including the last intact line. */
  readonly intactBytes: number;
  /** Lines in the middle that were harmed; the answers in them are asked again. */
  readonly harmed: number;
  /** True when the file ended in the middle of a line (a kill during a write). */
  readonly torn: boolean;
}

const SCAN_BYTES = 1 << 20;

/**
 * Goes through a journal once, checks every line and hands over its address and span. Reads in large pieces; memory
 * does not grow with the file. A missing file is an empty journal.
 *
 * @throws the file system's error when there is a file that cannot be read: whoever took it for empty would overwrite it
 */
export function scanJournal(path: string, visit: (address: string, span: LineSpan, line: Buffer) => void): JournalScan {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return { intactBytes: 0, harmed: 0, torn: false };
  }
  let buffer = Buffer.allocUnsafe(SCAN_BYTES);
  let filled = 0;
  let base = 0;
  let intactBytes = 0;
  let harmed = 0;
  let pendingHarmed = 0;
  try {
    for (;;) {
      if (filled === buffer.length) {
        const larger = Buffer.allocUnsafe(buffer.length * 2);
        buffer.copy(larger, 0, 0, filled);
        buffer = larger;
      }
      const count = readSync(descriptor, buffer, filled, buffer.length - filled, base + filled);
      if (count === 0) break;
      filled += count;
      let start = 0;
      for (;;) {
        const end = buffer.subarray(0, filled).indexOf(NEWLINE, start);
        if (end === -1) break;
        const line = buffer.subarray(start, end);
        if (isIntact(line)) {
          const quote = line.indexOf(QUOTE, ADDRESS_START);
          visit(line.toString('latin1', ADDRESS_START, quote), { offset: base + start, length: line.length }, line);
          intactBytes = base + end + 1;
          harmed += pendingHarmed;
          pendingHarmed = 0;
        } else if (line.length > 0) {
          pendingHarmed += 1;
        }
        start = end + 1;
      }
      buffer.copy(buffer, 0, start, filled);
      filled -= start;
      base += start;
    }
  } finally {
    closeSync(descriptor);
  }
  return { intactBytes, harmed: harmed + pendingHarmed, torn: filled > 0 };
}

/** Bytes read at once: answers that are wanted one after the other mostly stand close together. */
const BLOCK_BYTES = 128 * 1024;
/** Blocks that are kept. */
const BLOCKS = 16;

/** A part of the file, in a buffer that the next one takes over. */
interface Block {
  readonly buffer: Buffer;
  length: number;
}

/** Reads single lines of a journal. */
export class JournalReader {
  readonly #descriptor: number;
  readonly #isChecked: boolean;
  /** By number, those that were read longest ago first. */
  readonly #blocks = new Map<number, Block>();

  /**
   * @param options `isChecked`: a scan of this process has just found the lines intact, and nobody else writes to them
   */
  constructor(path: string, options: { readonly isChecked?: boolean } = {}) {
    this.#descriptor = openSync(path, 'r');
    this.#isChecked = options.isChecked === true;
  }

  /** The line at the span, or undefined when it cannot be read or is harmed. */
  read(span: LineSpan): JsonObject | undefined {
    const bytes = this.bytes(span);
    return bytes === undefined ? undefined : readLine(bytes);
  }

  /** The same, unread. The bytes are the reader's: they are good until it is asked for others. */
  bytes(span: LineSpan): Buffer | undefined {
    const bytes = this.#bytes(span);
    return bytes.length === span.length && (this.#isChecked || isIntact(bytes)) ? bytes : undefined;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #bytes({ offset, length }: LineSpan): Buffer {
    const number = Math.floor(offset / BLOCK_BYTES);
    const start = offset - number * BLOCK_BYTES;
    if (start + length > BLOCK_BYTES) {
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, offset));
    }
    let block = this.#blocks.get(number);
    // A file may have grown since its last block was read.
    if (block === undefined || block.length < start + length) block = this.#load(number, block);
    return block.buffer.subarray(start, Math.min(start + length, block.length));
  }

  #load(number: number, stale: Block | undefined): Block {
    const block = stale ?? this.#spare() ?? { buffer: Buffer.allocUnsafeSlow(BLOCK_BYTES), length: 0 };
    block.length = readSync(this.#descriptor, block.buffer, 0, BLOCK_BYTES, number * BLOCK_BYTES);
    this.#blocks.set(number, block);
    return block;
  }

  /** The block that was read longest ago, once there are enough. */
  #spare(): Block | undefined {
    const [oldest] = this.#blocks;
    if (this.#blocks.size < BLOCKS || oldest === undefined) return undefined;
    this.#blocks.delete(oldest[0]);
    return oldest[1];
  }
}

/** Room for the answers of some hundred requests in flight. */
const RESERVE_BYTES = 1 << 20;

function reserveOf(path: string): string {
  return `${path}.reserve`;
}

/** How long written lines may wait until they are forced to the device, in milliseconds. */
const SYNC_INTERVAL_MS = 1000;

/**
 * Appends lines. `append` resolves once the line has been handed to the operating system, which is what survives the
 * death of the process; lines that arrive while a write is under way go out together in the next one. A second later at
 * the latest they are forced to the device, which is what survives a power cut.
 *
 * While it is open a reserve file takes up some room beside it. When the disk is full, that room is given up for the
 * answers that are still to come in, and whoever opened the journal is told to ask for no more.
 */
export class JournalWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #onFull: (error: JournalError) => void;
  #position: number;
  #queue: { readonly line: string; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #writing: Promise<void> | undefined;
  #dirty = false;
  #failed: JournalError | undefined;
  #reserveGiven = false;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, file: FileHandle, position: number, onFull: (error: JournalError) => void) {
    this.#path = path;
    this.#file = file;
    this.#onFull = onFull;
    this.#position = position;
    this.#timer = setInterval(() => {
      void this.#sync();
    }, SYNC_INTERVAL_MS);
    this.#timer.unref();
  }

  /**
   * Opens for appending behind `intactBytes`; what stands behind (a torn line) is cut off.
   *
   * @param onFull told once when the disk is full; what is appended from then on lives on the reserve
   */
  static async open(
    path: string,
    intactBytes: number,
    onFull: (error: JournalError) => void = () => undefined,
  ): Promise<JournalWriter> {
    try {
      const file = await open(path, intactBytes === 0 ? 'w' : 'r+');
      await file.truncate(intactBytes);
      // A disk too full for the reserve is too full for a run, but that is for the first answer to find out.
      await writeFile(reserveOf(path), Buffer.alloc(RESERVE_BYTES)).catch(() => undefined);
      return new JournalWriter(path, file, intactBytes, onFull);
    } catch (error) {
      throw new JournalError(path, error);
    }
  }

  /**
   * Appends a line (made by `journalLine`).
   *
   * @throws JournalError when it cannot be written; nothing of it stays in the file, and every later append fails too
   */
  append(line: string): Promise<void> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => {
      this.#queue.push({ line, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Waits for everything appended, forces it to the device and closes the file. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#sync();
    await this.#file.close();
    await rm(reserveOf(this.#path), { force: true });
  }

  async #drain(): Promise<void> {
    // Let the answers that arrive in the same turn of the event loop join the first write: a write is dear, a turn is not.
    await nextTurn();
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#writeOrGiveUpReserve(Buffer.from(batch.map((entry) => entry.line).join('')));
        for (const entry of batch) entry.resolve();
      } catch (error) {
        const failed = new JournalError(this.#path, error);
        this.#failed = failed;
        // A part of the batch may have reached the file: cut it off, so that the file ends with a whole line.
        await this.#file.truncate(this.#position).catch(() => undefined);
        for (const entry of [...batch, ...this.#queue]) entry.reject(failed);
        this.#queue = [];
      }
    }
    this.#writing = undefined;
  }

  async #writeOrGiveUpReserve(bytes: Buffer): Promise<void> {
    try {
      await this.#write(bytes);
    } catch (error) {
      const failed = new JournalError(this.#path, error);
      if (failed.code !== 'ENOSPC' || this.#reserveGiven) throw error;
      this.#reserveGiven = true;
      await this.#file.truncate(this.#position);
      await rm(reserveOf(this.#path), { force: true });
      this.#onFull(failed);
      await this.#write(bytes);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#position + done);
      done += bytesWritten;
    }
    this.#position += bytes.length;
    this.#dirty = true;
  }

  async #sync(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    // What cannot be forced now (a file system without the call) is still with the operating system.
    await this.#file.datasync().catch(() => undefined);
  }
}
