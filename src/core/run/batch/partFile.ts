/** The file of requests of a part, and the index beside it that says whose they are. */
import { hash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { readLines } from '../../datasets/readLines.ts';
import { InvalidInputError } from '../../errors.ts';
import { parseJson } from '../../record/json.ts';

/** Bytes that are gathered before they are written. */
const PAGE_BYTES = 256 * 1024;
/** Hex digits of an id: 128 bits. */
const ID_LENGTH = 32;

const indexSchema = z.object({
  id: z.string(),
  at: z.string(),
  hash: z.string(),
  /** Where its line stands in the file of requests. */
  offset: z.number().int(),
  length: z.number().int(),
  /** What the journal held at the address when it was asked: the hash of an older request. */
  over: z.string().optional(),
  /** The most tokens it can take: of the prompt, of the answer. */
  most: z.tuple([z.number(), z.number()]).readonly(),
  /** Whether nobody takes over when it fails, by being rejected or otherwise. */
  last: z.tuple([z.boolean(), z.boolean()]).readonly(),
});

/** Whose a request is, and where it stands. */
export type PartEntry = z.infer<typeof indexSchema>;

/**
 * The `custom_id` of a request: of address and request, so that it is the same in every batch and every process, and an
 * answer that was carried by hand finds its question.
 */
export function requestId(address: string, requestHash: string): string {
  return `q${hash('sha256', `${address}\n${requestHash}`).slice(0, ID_LENGTH)}`;
}

/** The line of a request. Its body stands last, so that it is found without reading the line. */
export function requestLine(id: string, url: string, request: string): string {
  return `{"custom_id":"${id}","method":"POST","url":${JSON.stringify(url)},"body":${request}}\n`;
}

/** The request of a line that `requestLine` made. */
export function requestOf(line: string, id: string, url: string): string {
  return line.slice(requestLine(id, url, '').length - 2, line.trimEnd().length - 1);
}

/** A text file that is written in pages and forced to the device at its end. */
class PageFile {
  readonly #descriptor: number;
  #texts: string[] = [];
  #waiting = 0;
  bytes = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
  }

  write(text: string, bytes: number): void {
    this.#texts.push(text);
    this.#waiting += bytes;
    this.bytes += bytes;
    if (this.#waiting >= PAGE_BYTES) this.#flush();
  }

  close(): void {
    this.#flush();
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  drop(): void {
    this.#texts = [];
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const page = Buffer.from(this.#texts.join(''));
    this.#texts = [];
    this.#waiting = 0;
    let done = 0;
    while (done < page.length) done += writeSync(this.#descriptor, page, done);
  }
}

/** A part that is being gathered. Nothing of it is kept in memory but a page. */
export class PartWriter {
  readonly number: number;
  readonly #paths: readonly [requests: string, index: string];
  readonly #requests: PageFile;
  readonly #index: PageFile;
  #closed = false;
  requests = 0;

  constructor(number: number, requests: string, index: string) {
    this.number = number;
    this.#paths = [requests, index];
    mkdirSync(dirname(requests), { recursive: true });
    this.#requests = new PageFile(requests);
    this.#index = new PageFile(index);
  }

  get bytes(): number {
    return this.#requests.bytes;
  }

  add(line: string, length: number, entry: Omit<PartEntry, 'offset' | 'length'>): void {
    const told = `${JSON.stringify({ ...entry, offset: this.bytes, length })}\n`;
    this.#requests.write(line, length);
    this.#index.write(told, Buffer.byteLength(told));
    this.requests += 1;
  }

  /** Both files are on the device when this returns. May be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#requests.close();
    this.#index.close();
  }

  /** As if it had never been. */
  discard(): void {
    if (!this.#closed) {
      this.#requests.drop();
      this.#index.drop();
    }
    for (const path of this.#paths) rmSync(path, { force: true });
  }
}

/** The entries of an index, in the order of the requests. @throws InvalidInputError when a line is damaged */
export async function* readIndex(path: string): AsyncGenerator<PartEntry> {
  for await (const { bytes, number } of readLines(path)) {
    const entry = indexSchema.safeParse(parseJson(bytes?.toString() ?? ''));
    if (!entry.success)
      throw InvalidInputError.of('damaged-run', 'this line is damaged; the answers of the batch cannot be placed', {
        file: path,
        line: number,
      });
    yield entry.data;
  }
}
