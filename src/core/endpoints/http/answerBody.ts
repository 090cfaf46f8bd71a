import { OpenlineError } from '../../errors.ts';
import { decodeContent } from './contentEncoding.ts';

/** The body of an answer grew past the limit; the connection was closed. */
export class BodyTooLargeError extends OpenlineError {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`The answer is larger than ${Math.floor(limitBytes / 1024 / 1024)} MiB`);
    this.limitBytes = limitBytes;
  }
}

/** How a body holds its sender back. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Bytes that may wait for a reader that takes them piece by piece. */
const HIGH_WATER = 256 * 1024;

/**
 * The bytes of one answer as they come in: read whole with `text`, or piece by piece as an async iterable (then the sender
 * is held back while nobody reads). Never holds more than its limit.
 */
export class AnswerBody implements AsyncIterable<Uint8Array> {
  readonly #limitBytes: number;
  readonly #encoding: string | undefined;
  readonly #flow: FlowControl;
  #chunks: Buffer[] = [];
  #received = 0;
  #waitingBytes = 0;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;
  #piecewise = false;
  #bytes: Buffer | undefined;
  #text: string | undefined;

  /** @param encoding the header `content-encoding`; only `text` undoes it */
  constructor(limitBytes: number, encoding: string | undefined, flow: FlowControl) {
    this.#limitBytes = limitBytes;
    this.#encoding = encoding;
    this.#flow = flow;
  }

  /** Takes in what arrived. */
  push(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#limitBytes) {
      this.#flow.abort(new BodyTooLargeError(this.#limitBytes));
      return;
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    if (!this.#piecewise) return;
    if (this.#waitingBytes > HIGH_WATER) this.#flow.pause();
    this.#notify();
  }

  /** Everything has arrived. */
  end(): void {
    this.#ended = true;
    this.#notify();
  }

  /** Nothing more will come, and what came is not all. */
  fail(error: Error): void {
    this.#error = error;
    this.#chunks = [];
    this.#notify();
  }

  /** All of it, without a byte-order mark. May be asked for again. @throws what broke it off */
  async text(): Promise<string> {
    if (this.#text !== undefined) return this.#text;
    const text = (await this.bytes()).toString('utf8');
    this.#bytes = undefined;
    this.#text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    return this.#text;
  }

  /** All of it, as it is; `text` may be asked for afterwards. @throws what broke it off */
  async bytes(): Promise<Buffer> {
    if (this.#bytes !== undefined) return this.#bytes;
    while (!this.#ended && this.#error === undefined) await this.#change();
    if (this.#error !== undefined) throw this.#error;
    const [first] = this.#chunks;
    const received = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const encoding = this.#encoding;
    this.#bytes = encoding === undefined ? received : await decodeContent(encoding, received, this.#limitBytes);
    this.#chunks = [];
    return this.#bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    this.#piecewise = true;
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#waitingBytes -= chunk.length;
          if (this.#waitingBytes <= HIGH_WATER) this.#flow.resume();
          yield chunk;
        } else if (this.#error !== undefined) {
          throw this.#error;
        } else if (this.#ended) {
          return;
        } else {
          await this.#change();
        }
      }
    } finally {
      this.discard();
    }
  }

  /** Closes the connection unless everything has arrived. */
  discard(): void {
    if (!this.#ended && this.#error === undefined) this.#flow.abort(new Error('The answer was not read to its end'));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
