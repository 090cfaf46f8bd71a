import OpenAI from 'openai';
import type { FetchFunction } from '../httpFetch.ts';

/** What a service refused a request with. */
export class ServiceRefusal extends OpenAI.APIError {
  /** The body where it was JSON. */
  readonly payload: unknown;
  /** The body where it was not. */
  readonly text: string | undefined;

  constructor(status: number, payload: unknown, text: string | undefined, headers: Headers) {
    super(status, undefined, text, headers);
    this.payload = payload;
    this.text = text;
  }
}

/** One request through the package: where it goes, when it ends, and what came back below the package's own layer. */
export class Exchange {
  readonly url: string;
  readonly body: string | undefined;
  readonly streams: boolean;
  /** What came back, headers at least. */
  response: Response | undefined;
  /** True once it took longer than it may. */
  timedOut = false;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => {
    this.#controller?.abort(this.#signal?.reason);
  };
  #controller: AbortController | undefined;

  constructor(
    url: string,
    body: string | undefined,
    streams: boolean,
    timeoutMilliseconds: number,
    signal?: AbortSignal,
  ) {
    this.url = url;
    this.body = body;
    this.streams = streams;
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#controller?.abort(new Error('The request took too long'));
    }, timeoutMilliseconds);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The package's own controller ends the request, on whoever's behalf. */
  bind(controller: AbortController): void {
    this.#controller = controller;
    if (this.#signal?.aborted === true) this.#onAbort();
  }

  /** Something arrived: a stream may go on as long as it does not stand still. */
  progress(): void {
    this.#timer.refresh();
  }

  /** Call it when the request is over, however it ended. */
  finish(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}

interface ExchangeInit extends RequestInit {
  readonly headers: Headers;
  readonly exchange: Exchange;
}

export interface ClientOptions {
  readonly baseUrl: string;
  /** All headers of every request, the key's included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
  readonly fetch: FetchFunction;
}

/** Node's timers take no longer delay. */
const LONGEST_TIMEOUT = 2_147_483_647;

/**
 * The `openai` package with two of its public hooks replaced. Requests are built here, since the package looks into the
 * environment for headers and keys (`OPENAI_ORG_ID`, `OPENAI_CUSTOM_HEADERS` …), which must not travel to the services of
 * other people, and since building its headers anew for every request is half of its cost. Reading answers, streams and
 * statuses is the package's.
 */
export class OpenAiClient extends OpenAI {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: FetchFunction;
  readonly #noHeaders = new Headers();

  constructor(options: ClientOptions) {
    super({
      baseURL: options.baseUrl,
      // Never sent: `buildRequest` below decides what is. Without values here the package would search the environment.
      apiKey: 'unused',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      timeout: Math.min(LONGEST_TIMEOUT, Math.ceil(options.timeoutMilliseconds)),
      fetch: options.fetch,
    });
    this.#headers = options.headers;
    this.#fetch = options.fetch;
  }

  /** Sends one exchange and resolves with what the package reads: parsed JSON, a text, or a stream of pieces. */
  exchange(exchange: Exchange): PromiseLike<unknown> {
    const method = exchange.body === undefined ? 'get' : 'post';
    return this.request<unknown>({
      method,
      path: '',
      stream: exchange.streams,
      __metadata: { exchange },
    });
  }

  override buildRequest(options: Parameters<OpenAI['buildRequest']>[0]): ReturnType<OpenAI['buildRequest']> {
    const exchange = options.__metadata?.['exchange'];
    if (!(exchange instanceof Exchange))
      return Promise.reject(new Error('Only exchanges are sent through this client'));
    const init: ExchangeInit = { method: options.method, headers: this.#noHeaders, exchange };
    return Promise.resolve({ req: init, url: exchange.url, timeout: this.timeout });
  }

  override async fetchWithTimeout(
    url: string | URL | Request,
    init: RequestInit | undefined,
    _milliseconds: number,
    controller: AbortController,
  ): Promise<Response> {
    const exchange = init !== undefined && 'exchange' in init ? init.exchange : undefined;
    if (!(exchange instanceof Exchange)) throw new Error('Only exchanges are sent through this client');
    exchange.bind(controller);
    const { body } = exchange;
    exchange.response = await this.#fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: this.#headers,
      signal: controller.signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
    return exchange.response;
  }

  protected override makeStatusError(
    status: number,
    payload: object,
    text: string | undefined,
    headers: Headers,
  ): ServiceRefusal {
    return new ServiceRefusal(status, payload, text, headers);
  }
}
