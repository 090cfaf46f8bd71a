import * as z from 'zod';
import { EndpointError } from '../../errors.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../record/json.ts';
import type { BatchFile, BatchService, RemoteBatch } from '../batch.ts';
import type { Answer, ChatOptions } from '../endpoint.ts';
import type { FetchFunction } from '../httpFetch.ts';
import { Exchange, ServiceRefusal } from './openAiClient.ts';
import { readAnswer, type AnswerForm, type Unreadable } from './readAnswer.ts';
import { readEmbeddings } from './readLists.ts';
import { carryOut, type ServiceAccess } from './serviceAccess.ts';

/** What the batches of a service need of it. */
export interface BatchServiceDeps {
  readonly name: string;
  readonly access: ServiceAccess;
  readonly transfer: FetchFunction;
  /** Sends a small request and reads the answer, which is JSON. */
  readonly request: <Result extends object>(
    path: string,
    body: JsonObject | undefined,
    options: Pick<ChatOptions, 'signal'>,
    read: (value: unknown) => Result | Unreadable,
  ) => Promise<Result>;
  /** Takes secrets and thoughts out of an answer. */
  readonly settle: (answer: Answer) => Answer;
  readonly chatUrl: string;
  readonly form: AnswerForm;
}

/** Batches in a page of the list, the most that the protocol allows. */
const PAGE = 100;
/** Pages that are looked through for a batch: ten thousand batches. */
const MOST_PAGES = 100;
const EMBED_URL = '/v1/embeddings';

const count = z.number().int().min(0).catch(0);
const fileId = z.string().min(1).nullish().catch(null);
const batchSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  request_counts: z.object({ total: count, completed: count, failed: count }).nullish().catch(null),
  output_file_id: fileId,
  error_file_id: fileId,
  errors: z
    .object({
      data: z.array(
        z.object({ code: z.string().nullish(), message: z.string().nullish(), line: z.number().int().nullish() }),
      ),
    })
    .nullish()
    .catch(null),
  metadata: z.record(z.string(), z.string()).nullish().catch(null),
});
const fileSchema = z.object({ id: z.string().min(1) });
const pageSchema = z.object({ data: z.array(z.unknown()), has_more: z.boolean().nullish() });

/** The Batch API of a service that speaks OpenAI's protocol. https://platform.openai.com/docs/api-reference/batch */
export function createBatchService(deps: BatchServiceDeps): BatchService {
  const { name, access, transfer, request, settle, chatUrl, form } = deps;
  const { base, query, failures } = access;

  /** One exchange whose bodies are files. The time limit counts from the last sign of life. */
  async function exchangeFile<Result extends object>(
    path: string,
    signal: AbortSignal | undefined,
    act: (exchange: Exchange, url: string) => Promise<Result | Unreadable>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    const exchange = new Exchange(base + path + query, undefined, false, access.timeoutMilliseconds, signal);
    const options = signal === undefined ? {} : { signal };
    return carryOut(exchange, { url: base + path, model: undefined, options, failures }, () =>
      act(exchange, base + path + query),
    );
  }

  async function send(exchange: Exchange, url: string, init: RequestInit): Promise<Response> {
    const controller = new AbortController();
    exchange.bind(controller);
    const response = await transfer(url, { ...init, signal: controller.signal, redirect: 'manual' });
    exchange.response = response;
    if (response.ok) return response;
    const text = await response.text();
    const payload = parseJson(text);
    throw new ServiceRefusal(response.status, payload, payload === undefined ? text : undefined, response.headers);
  }

  return {
    chatUrl,
    embedUrl: EMBED_URL,
    async upload(file, signal) {
      const { id } = await exchangeFile('/files', signal, async (exchange, url) => {
        const form = multipart(file, () => {
          exchange.progress();
        });
        const headers = { ...access.headers, ...form.headers };
        const response = await send(exchange, url, { method: 'POST', headers, body: form.body });
        return readObject(parseJson(await response.text()), fileSchema, 'a file');
      });
      return id;
    },
    create: (order, signal) =>
      request(
        '/batches',
        {
          input_file_id: order.file,
          endpoint: order.url,
          completion_window: order.window,
          metadata: order.metadata,
        },
        optionsOf(signal),
        readBatch,
      ),
    retrieve: (id, signal) => request(`/batches/${encodeURIComponent(id)}`, undefined, optionsOf(signal), readBatch),
    cancel: (id, signal) => request(`/batches/${encodeURIComponent(id)}/cancel`, {}, optionsOf(signal), readBatch),
    async *list(signal) {
      let after = '';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const path = `/batches?limit=${PAGE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
        const { batches, more } = await request(path, undefined, optionsOf(signal), readPage);
        yield* batches;
        const last = batches.at(-1);
        if (!more || last === undefined) return;
        after = last.id;
      }
    },
    async *download(file, signal) {
      const path = `/files/${encodeURIComponent(file)}/content`;
      // The exchange ends with its headers; the body is read by whoever asked, under the same signal.
      const { response } = await exchangeFile(path, signal, async (exchange, url) => ({
        response: await send(exchange, url, { method: 'GET', headers: { ...access.headers, accept: '*/*' } }),
      }));
      yield* piecesOf(response, base + path, signal);
    },
    readAnswer(body, url, model) {
      const read = url === EMBED_URL ? readVector(body, model) : readAnswer(body, model, form);
      if ('problem' in read) throw failures.of('unreadable', `an answer of a batch (${url}) ${read.problem}`);
      return settle(read);
    },
    refusal: (status, body, url, model) => failures.refusal(status, body, { url, model }),
  };

  /** The body of an answer; a connection that breaks or stands still ends it with an error in plain words. */
  async function* piecesOf(
    response: Response,
    url: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const { body } = response;
    if (body === null) return;
    const stopped = new AbortController();
    const onAbort = (): void => {
      stopped.abort(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const pieces: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await within(pieces.next(), access.timeoutMilliseconds, stopped.signal);
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof EndpointError) throw error;
      throw failures.of('unreadable', `the file broke off (${url})`);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      void pieces.return?.().catch(() => undefined);
    }
  }

  function readPage(value: unknown): { batches: readonly RemoteBatch[]; more: boolean } | Unreadable {
    const page = pageSchema.safeParse(value);
    if (!page.success) return { problem: 'has no list of batches' };
    const batches: RemoteBatch[] = [];
    for (const entry of page.data.data) {
      const batch = readBatch(entry);
      if ('problem' in batch) return batch;
      batches.push(batch);
    }
    return { batches, more: page.data.has_more === true };
  }

  function readBatch(value: unknown): RemoteBatch | Unreadable {
    const read = readObject(value, batchSchema, 'a batch');
    if ('problem' in read) return read;
    const scrub = (text: string | null | undefined): string => access.scrub.message(text ?? '');
    return {
      id: read.id,
      status: read.status,
      counts: read.request_counts ?? { total: 0, completed: 0, failed: 0 },
      outputFile: read.output_file_id ?? null,
      errorFile: read.error_file_id ?? null,
      problems: (read.errors?.data ?? []).map(({ code, message, line }) => ({
        code: scrub(code),
        message: scrub(message) || `${name} gave no reason`,
        line: line ?? null,
      })),
      metadata: read.metadata ?? {},
    };
  }
}

function optionsOf(signal: AbortSignal | undefined): Pick<ChatOptions, 'signal'> {
  return signal === undefined ? {} : { signal };
}

function readObject<Shape>(value: unknown, schema: z.ZodType<Shape>, what: string): Shape | Unreadable {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return { problem: `is not ${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trimEnd() };
}

function readVector(body: unknown, model: string): Answer | Unreadable {
  const vectors = readEmbeddings(body, 1);
  if ('problem' in vectors) return vectors;
  const answeredBy = isJsonObject(body) && typeof body['model'] === 'string' ? body['model'] : model;
  return { choices: [], model: answeredBy, vector: vectors[0] ?? [], usage: vectors.usage ?? null };
}

/** A form with one file, as https://www.rfc-editor.org/rfc/rfc7578 has it. */
function multipart(
  { name, bytes, open }: BatchFile,
  onProgress: () => void,
): { headers: Record<string, string>; body: AsyncIterable<Uint8Array> } {
  const boundary = `openline-${crypto.randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name.replaceAll(/[^\w.-]/gu, '_')}"\r\ncontent-type: application/jsonl\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield head;
    for await (const piece of open()) {
      onProgress();
      yield piece;
    }
    yield tail;
  }
  const headers = {
    'content-type': `multipart/form-data; boundary=${boundary}`,
    'content-length': String(head.length + bytes + tail.length),
  };
  return { headers, body: body() };
}

/** @throws the signal's reason; an error when nothing comes for so long */
async function within<Value>(promise: Promise<Value>, milliseconds: number, signal: AbortSignal): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const onAbort = (): void => {
    late.reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
  };
  const timer = setTimeout(
    () => {
      late.reject(new Error('Nothing came for too long'));
    },
    Math.min(milliseconds, 2_147_483_647),
  );
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
