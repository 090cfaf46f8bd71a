import { isJsonObject, parseJson, type JsonObject } from '../../record/json.ts';
import { asError } from '../abortReason.ts';
import type { ChatOptions } from '../endpoint.ts';
import { Exchange, ServiceRefusal } from '../openai/openAiClient.ts';
import type { Unreadable } from '../openai/readAnswer.ts';
import { carryOut, openAccess, type ServiceDeps } from '../openai/serviceAccess.ts';
import type { NamedProfile } from '../profile.ts';
import { HEAD_LENGTH, type EncodedRequest } from './tensors.ts';

/** What comes back of an inference, before it is read. */
export interface InferenceBody {
  readonly bytes: Buffer;
  /** Length of the JSON at its beginning, where tensors follow; null where all of it is JSON. */
  readonly headLength: string | null;
}

type Options = Pick<ChatOptions, 'signal' | 'onHeaders'>;

/** A service that speaks the KServe v2 protocol over HTTP. @throws EndpointError from everything */
export interface KserveClient {
  readonly address: string;
  /** Takes what a model wrote free of the key. */
  clean(text: string): string;
  /** A JSON object from an address below the base URL. */
  get(path: string, model?: string, options?: Options): Promise<JsonObject>;
  ready(options?: Options): Promise<void>;
  /** Names of the models in the service's repository. */
  index(options?: Options): Promise<readonly string[]>;
  infer<Result extends object>(
    model: string,
    request: EncodedRequest,
    read: (body: InferenceBody) => Result | Unreadable,
    options?: Options,
  ): Promise<Result>;
}

interface Errand {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly model?: string | undefined;
  readonly request?: EncodedRequest;
  readonly options: Options;
}

export function createKserveClient(named: NamedProfile, deps: ServiceDeps): KserveClient {
  const { base, query, headers, timeoutMilliseconds, scrub, failures } = openAccess(named, deps);

  async function perform<Result extends object>(
    { method, path, model, request, options }: Errand,
    read: (response: Response) => Promise<Result | Unreadable>,
  ): Promise<Result> {
    const { signal } = options;
    if (signal?.aborted === true) throw asError(signal.reason);
    const url = base + path;
    const exchange = new Exchange(url + query, undefined, false, timeoutMilliseconds, signal);
    return carryOut(exchange, { url, model, options, failures }, async () => {
      const controller = new AbortController();
      exchange.bind(controller);
      const response = await deps.fetch(url + query, {
        method,
        headers: { ...headers, ...request?.headers },
        signal: controller.signal,
        redirect: 'manual',
        ...(request === undefined ? {} : { body: bodyOf(request) }),
      });
      exchange.response = response;
      if (!response.ok) throw await refusal(response);
      return read(response);
    });
  }

  return {
    address: base + query,
    clean: (text) => scrub.answer(text),
    get: (path, model, options = {}) => perform({ method: 'GET', path, model, options }, readObject),
    async ready(options = {}) {
      await perform({ method: 'GET', path: '/v2/health/ready', options }, (response) => Promise.resolve(response));
    },
    async index(options = {}) {
      const request = { body: '{}', headers: {} };
      const { names } = await perform({ method: 'POST', path: '/v2/repository/index', request, options }, readIndex);
      return names;
    },
    infer: (model, request, read, options = {}) =>
      perform(
        { method: 'POST', path: `/v2/models/${encodeURIComponent(model)}/infer`, model, request, options },
        async (response) =>
          read({ bytes: Buffer.from(await response.arrayBuffer()), headLength: response.headers.get(HEAD_LENGTH) }),
      ),
  };
}

/** The platform's types allow only views of plain buffers; ours never are shared ones. */
function bodyOf({ body }: EncodedRequest): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? body : new Uint8Array(body);
}

async function refusal(response: Response): Promise<ServiceRefusal> {
  const text = await response.text();
  const payload = parseJson(text);
  return new ServiceRefusal(response.status, payload, payload === undefined ? text : undefined, new Headers());
}

async function readObject(response: Response): Promise<JsonObject | Unreadable> {
  const value = parseJson(await response.text());
  return isJsonObject(value) ? value : { problem: 'is not a JSON object' };
}

async function readIndex(response: Response): Promise<{ readonly names: readonly string[] } | Unreadable> {
  const value = parseJson(await response.text());
  if (!Array.isArray(value)) return { problem: 'is no list of models' };
  const names = (value as readonly unknown[]).flatMap((entry) =>
    isJsonObject(entry) && typeof entry['name'] === 'string' ? [entry['name']] : [],
  );
  return { names: [...new Set(names)] };
}
