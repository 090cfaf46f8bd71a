import type { AnswerBody } from './answerBody.ts';

/** Headers as undici gives them: lower-case names, a list where a name came more than once. */
export type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The part of `Headers` that is read of an answer, without the cost of the real one. */
export class AnswerHeaders {
  readonly #raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    const value = this.#raw[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }

  has(name: string): boolean {
    return this.#raw[name.toLowerCase()] !== undefined;
  }

  *entries(): Generator<[string, string], void, undefined> {
    for (const name of Object.keys(this.#raw)) yield [name, this.get(name) ?? ''];
  }

  [Symbol.iterator](): Generator<[string, string], void, undefined> {
    return this.entries();
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this) visit(value, name);
  }
}

/** The part of `Response` that the `openai` package and we read: `text` and, of binary answers, `arrayBuffer`. */
export class HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly url: string;
  readonly body: AnswerBody;

  constructor(status: number, headers: RawHeaders, url: string, body: AnswerBody) {
    this.status = status;
    this.headers = new AnswerHeaders(headers);
    this.url = url;
    this.body = body;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  text(): Promise<string> {
    return this.body.text();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.body.bytes();
    const copy = new ArrayBuffer(bytes.byteLength);
    new Uint8Array(copy).set(bytes);
    return copy;
  }
}
