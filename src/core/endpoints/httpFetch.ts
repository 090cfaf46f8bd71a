import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { HttpAnswer } from './http/answer.ts';
import type { RawHeaders } from './http/answer.ts';
import { AnswerBody } from './http/answerBody.ts';
import { createDispatchers } from './http/dispatchers.ts';
import type { ProxySettings } from './http/dispatchers.ts';
import { asError } from './abortReason.ts';

export { BodyTooLargeError } from './http/answerBody.ts';
export type { ProxySettings } from './http/dispatchers.ts';

/** A function that can stand where the platform's `fetch` stands. */
export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface HttpFetchOptions {
  readonly proxy?: ProxySettings;
  /** The largest answer that is read. Default 64 MiB. */
  readonly maxBodyBytes?: number;
}

/** A `fetch` with connections of its own. */
export interface HttpFetch {
  /**
   * Sends text, bytes or nothing, and returns the part of a `Response` that model services need: status, headers, `text()`,
   * `arrayBuffer()`, and the body as an async iterable. Redirects within the origin are followed, others are returned as they are. Aborting
   * the signal closes the socket.
   *
   * @throws undici's and Node's own errors, and the signal's reason
   */
  readonly fetch: FetchFunction;
  /**
   * Fetches a file, which may be large, piece by piece. Follows redirects to other origins as well, since nothing secret
   * goes along, but not from https to http. The caller reads the body or discards it.
   *
   * @throws as `fetch`
   */
  readonly download: (url: string, signal: AbortSignal) => Promise<HttpAnswer>;
  /**
   * Sends and fetches files that belong to a service, with its key: the body may be an async iterable of bytes (then the
   * header `content-length` says how many), the answer is as large as it is, and no redirect is followed.
   *
   * @throws as `fetch`
   */
  readonly transfer: FetchFunction;
  /** Closes every socket; what is under way fails. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** What of the platform's `RequestInit` is heeded. */
type Sent = Pick<RequestInit, 'method' | 'headers' | 'body' | 'signal'>;

interface Target {
  readonly url: string;
  readonly origin: string;
  readonly path: string;
}

/**
 * `fetch` on undici's `dispatch`. The platform's own spends most of its time on streams and header objects that nobody
 * here needs; this one leaves them out.
 */
export function createHttpFetch(options: HttpFetchOptions = {}): HttpFetch {
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const dispatchers = createDispatchers(options.proxy ?? {});
  // One endpoint asks one address over and over.
  let latest: Target | undefined;

  function targetOf(input: string | URL | Request): Target {
    const url = typeof input === 'string' ? input : 'url' in input ? input.url : input.href;
    if (latest?.url === url) return latest;
    const { origin, pathname, search } = new URL(url);
    latest = { url, origin, path: pathname + search };
    return latest;
  }

  function send(target: Target, init: Sent, maxBytes = maxBodyBytes): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const handler = new Exchange(target.url, maxBytes, init.signal ?? undefined, resolve, reject);
      if (handler.isOver) return;
      const request: Dispatcher.DispatchOptions = {
        origin: target.origin,
        path: target.path,
        method: init.method ?? 'GET',
        headers: plainHeaders(init.headers),
        ...bodyOf(init.body),
      };
      dispatchers.to(target.origin).dispatch(request, handler);
    });
  }

  async function follow(input: string | URL | Request, init: RequestInit = {}): Promise<HttpAnswer> {
    let target = targetOf(input);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await send(target, init);
      const location = REDIRECTS.has(answer.status) ? answer.headers.get('location') : null;
      if (location === null || redirects === MAX_REDIRECTS || !URL.canParse(location, target.url)) return answer;
      const next = new URL(location, target.url);
      if (next.origin !== target.origin) return answer;
      answer.body.discard();
      target = targetOf(next);
    }
  }

  async function download(url: string, signal: AbortSignal): Promise<HttpAnswer> {
    const init = { signal, headers: { accept: '*/*', 'accept-encoding': 'identity' } };
    let target = targetOf(url);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await send(target, init, Number.POSITIVE_INFINITY);
      const location = REDIRECTS.has(answer.status) ? answer.headers.get('location') : null;
      if (location === null || redirects === MAX_REDIRECTS || !URL.canParse(location, target.url)) return answer;
      const next = new URL(location, target.url);
      const isSafe = next.protocol === 'https:' || (next.protocol === 'http:' && target.url.startsWith('http:'));
      if (!isSafe) return answer;
      answer.body.discard();
      target = targetOf(next);
    }
  }

  async function transfer(input: string | URL | Request, init: RequestInit = {}): Promise<HttpAnswer> {
    return send(targetOf(input), init, Number.POSITIVE_INFINITY);
  }

  return {
    download,
    transfer: transfer as unknown as FetchFunction,
    // The openai package and our readers touch nothing of a Response but what HttpAnswer has.
    fetch: follow as unknown as FetchFunction,
    close: () => dispatchers.close(),
  };
}

/** The body in a form that undici sends. */
function bodyOf(body: RequestInit['body']): Pick<Dispatcher.DispatchOptions, 'body'> {
  if (typeof body === 'string' || body instanceof Uint8Array) return { body };
  // A stream tells undici when it has to wait; an iterable alone does not.
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)
    return { body: Readable.from(body, { objectMode: false }) };
  return {};
}

/** Headers in a form that undici sends without a detour. */
function plainHeaders(headers: RequestInit['headers']): Record<string, string> {
  if (headers === undefined) return {};
  if (headers instanceof Headers || Array.isArray(headers))
    return Object.fromEntries(headers as Iterable<[string, string]>);
  return headers as Record<string, string>;
}

/** One request on undici's side of the fence. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #url: string;
  readonly #maxBodyBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #onAbort = (): void => {
    this.#end(asError(this.#signal?.reason));
  };
  #controller: Dispatcher.DispatchController | undefined;
  #body: AnswerBody | undefined;
  /** Why nothing more is wanted. */
  #over: Error | undefined;

  constructor(
    url: string,
    maxBodyBytes: number,
    signal: AbortSignal | undefined,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#url = url;
    this.#maxBodyBytes = maxBodyBytes;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get isOver(): boolean {
    return this.#over !== undefined;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over !== undefined) controller.abort(this.#over);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (status < 200) return;
    const encoding = typeof headers['content-encoding'] === 'string' ? headers['content-encoding'] : undefined;
    this.#body = new AnswerBody(this.#maxBodyBytes, encoding, {
      pause: () => {
        controller.pause();
      },
      resume: () => {
        controller.resume();
      },
      abort: (reason) => {
        this.#end(reason);
      },
    });
    this.#resolve(new HttpAnswer(status, headers, this.#url, this.#body));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(error);
  }

  /** Ends it from either side. Before the connection stands there is no controller; `onRequestStart` looks again. */
  #end(reason: Error): void {
    if (this.#over !== undefined) return;
    this.#over = reason;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if (this.#body === undefined) this.#reject(reason);
    else this.#body.fail(reason);
    this.#controller?.abort(reason);
  }
}
