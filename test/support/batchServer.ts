/**
 * A service with OpenAI's Batch API on this machine, strict about shapes and limits as they are published
 * (https://platform.openai.com/docs/guides/batch), whose time, answers and faults a test decides. It answers single requests, too.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../../src/core/record/json.ts';
import { validate } from './batchRules.ts';
import { createSampleAnswers } from './modelServer.ts';

/** A request in a batch. */
export interface BatchedRequest {
  readonly customId: string;
  readonly url: string;
  readonly body: JsonObject;
  /** How many batches had an answer to it, or an error, before. */
  readonly repeated: number;
}

/** What becomes of a request. Nothing set: it is answered as the sample endpoint would. */
export interface BatchedReply {
  readonly text?: string;
  /** Refused with this status. */
  readonly status?: number;
  readonly message?: string;
  /** Neither answered nor refused before the batch ends. */
  readonly isLeft?: boolean;
  /** Never comes to its turn: the batch stays in progress until it is cancelled or expires. */
  readonly isStuck?: boolean;
}

export interface BatchServerOptions {
  readonly reply?: (request: BatchedRequest) => BatchedReply;
  /** Of a batch by the number of its creation (from 0): what it is refused with as a whole, or that it expires half-way. */
  readonly fate?: (batch: number) => {
    readonly refuse?: { code: string; message: string; line?: number };
    readonly expires?: boolean;
  };
  /** Told of every call before it is carried out; a promise holds it up. `drop`: the connection breaks instead. */
  readonly onCall?: (call: Call) => Promise<'drop' | undefined> | 'drop' | undefined;
  /** Told before the answer to a call that was carried out goes out. `drop`: it does not. */
  readonly onAnswer?: (call: Call) => Promise<'drop' | undefined> | 'drop' | undefined;
  /** Milliseconds between two states of a batch. Default 10. */
  readonly stepMs?: number;
  readonly key?: string;
  readonly maxRequests?: number;
  readonly maxBytes?: number;
  /** Where calls are sent on to. */
  readonly redirect?: (call: Call) => string | undefined;
  /** The service has no list of its batches. */
  readonly hasNoList?: boolean;
}

export interface Call {
  /** Counts from 0. */
  readonly number: number;
  readonly method: string;
  /** Without the base path and the query, ids replaced by `ID`: `/batches/ID/cancel`. */
  readonly path: string;
}

export interface StoredBatch {
  readonly id: string;
  readonly number: number;
  readonly requests: readonly { readonly customId: string; readonly body: JsonObject }[];
  status: string;
  readonly metadata: JsonObject;
  readonly endpoint: string;
}

export interface BatchServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly batches: readonly StoredBatch[];
  readonly files: ReadonlyMap<string, { readonly name: string; readonly text: string }>;
  readonly calls: readonly Call[];
  /** Requests that were in a batch while another that was going on or had answered them had them as well. */
  readonly askedTwice: readonly string[];
  /** Requests that were answered by themselves. */
  readonly single: readonly JsonObject[];
  close(): Promise<void>;
}

interface Batch extends StoredBatch {
  readonly inputFile: string;
  readonly window: string;
  readonly createdAt: number;
  errors: readonly { code: string; message: string; line: number | null; param: null }[];
  readonly handled: Set<string>;
  output: string[];
  failures: string[];
  outputFile: string | null;
  errorFile: string | null;
  timer: NodeJS.Timeout | undefined;
}

const ENDED = new Set(['failed', 'completed', 'expired', 'cancelled']);

export async function startBatchServer(options: BatchServerOptions = {}, port = 0): Promise<BatchServer> {
  const { stepMs = 10 } = options;
  const sample = createSampleAnswers();
  const files = new Map<string, { name: string; text: string }>();
  const batches: Batch[] = [];
  const calls: Call[] = [];
  const askedTwice: string[] = [];
  const single: JsonObject[] = [];
  const answered = new Set<string>();
  const tries = new Map<string, number>();

  function storeFile(name: string, text: string): string {
    const id = `file-${createHash('sha256').update(`${files.size}`).digest('hex').slice(0, 22)}`;
    files.set(id, { name, text });
    return id;
  }

  function describe(batch: Batch): JsonObject {
    const { id, endpoint, status, metadata, inputFile, window, createdAt, errors } = batch;
    return {
      ...{ id, object: 'batch', endpoint, input_file_id: inputFile, completion_window: window, status, metadata },
      errors: errors.length === 0 ? null : { object: 'list', data: errors.map((error) => ({ ...error })) },
      output_file_id: batch.outputFile,
      error_file_id: batch.errorFile,
      created_at: createdAt,
      expires_at: createdAt + 86_400,
      request_counts: {
        total: status === 'validating' ? 0 : batch.requests.length,
        completed: batch.output.length,
        failed: batch.failures.length,
      },
    };
  }

  function advance(batch: Batch): void {
    batch.timer = setTimeout(() => {
      void step(batch).then(() => {
        if (!ENDED.has(batch.status)) advance(batch);
      });
    }, stepMs);
  }

  async function step(batch: Batch): Promise<void> {
    const fate = options.fate?.(batch.number);
    if (batch.status === 'validating') {
      const refuse = fate?.refuse;
      batch.status = refuse === undefined ? 'in_progress' : 'failed';
      if (refuse !== undefined) batch.errors = [{ line: null, ...refuse, param: null }];
    } else if (batch.status === 'in_progress') {
      const half = Math.floor(batch.requests.length / 2);
      if (fate?.expires === true && batch.handled.size >= half) {
        expire(batch);
        return;
      }
      const upTo = batch.handled.size < half ? half : batch.requests.length;
      for (const request of shuffled(batch).slice(0, upTo)) {
        if (batch.handled.has(request.customId)) continue;
        if (await answer(batch, request)) batch.handled.add(request.customId);
      }
      // It may have been cancelled meanwhile.
      if (isGoingOn(batch) && batch.handled.size === batch.requests.length) batch.status = 'finalizing';
    } else if (batch.status === 'finalizing') finish(batch, 'completed');
    else if (batch.status === 'cancelling') finish(batch, 'cancelled');
  }

  /** In an order of its own, as the real service does. */
  function shuffled(batch: Batch): readonly Batch['requests'][number][] {
    const rank = ({ customId }: { customId: string }): string => createHash('sha256').update(customId).digest('hex');
    return [...batch.requests].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** @returns false when it never comes to it */
  async function answer(batch: Batch, { customId, body }: Batch['requests'][number]): Promise<boolean> {
    const repeated = tries.get(customId) ?? 0;
    const reply = options.reply?.({ customId, url: batch.endpoint, body, repeated }) ?? {};
    if (reply.isStuck === true) return false;
    tries.set(customId, repeated + 1);
    if (reply.isLeft === true) return true;
    const about = {
      id: `batch_req_${batch.number}_${batch.output.length + batch.failures.length}`,
      custom_id: customId,
    };
    const status = reply.status ?? 200;
    const request = `req_${customId}`;
    if (status === 200) {
      const whole = await sample.proper(batch.endpoint, body, reply.text);
      const response = { status_code: 200, request_id: request, body: whole };
      batch.output.push(JSON.stringify({ ...about, response, error: null }));
      answered.add(customId);
    } else {
      const error = { message: reply.message ?? 'refused', type: 'invalid_request_error', param: null, code: null };
      const response = { status_code: status, request_id: request, body: { error } };
      batch.failures.push(JSON.stringify({ ...about, response, error: null }));
    }
    return true;
  }

  function expire(batch: Batch): void {
    const had = new Set([...batch.output, ...batch.failures].map((line) => textOf(asObject(line)['custom_id'])));
    const error = {
      code: 'batch_expired',
      message: 'This request could not be executed before the completion window expired.',
    };
    for (const { customId } of batch.requests)
      if (!had.has(customId))
        batch.failures.push(
          JSON.stringify({ id: `batch_req_x${customId}`, custom_id: customId, response: null, error }),
        );
    finish(batch, 'expired');
  }

  function finish(batch: Batch, status: string): void {
    batch.status = status;
    if (batch.output.length > 0)
      batch.outputFile = storeFile(`${batch.id}_output.jsonl`, `${batch.output.join('\n')}\n`);
    if (batch.failures.length > 0)
      batch.errorFile = storeFile(`${batch.id}_error.jsonl`, `${batch.failures.join('\n')}\n`);
  }

  function create(body: JsonObject): JsonObject | string {
    const { input_file_id: inputFile, endpoint, completion_window: window, metadata = {} } = body;
    const file = typeof inputFile === 'string' ? files.get(inputFile) : undefined;
    if (file === undefined || typeof inputFile !== 'string') return `No such File object: ${textOf(inputFile)}`;
    if (
      typeof endpoint !== 'string' ||
      !['/v1/chat/completions', '/v1/completions', '/v1/embeddings'].includes(endpoint)
    )
      return `Invalid endpoint ${textOf(endpoint)}`;
    if (window !== '24h') return `Invalid completion_window ${textOf(window)}`;
    if (!isJsonObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
      return 'metadata: values are texts';
    const { requests, errors } = validate(file.text, endpoint, options.maxRequests ?? 50_000);
    const number = batches.length;
    const batch: Batch = {
      ...{ id: `batch_${number}_${inputFile.slice(5, 15)}`, number, requests, endpoint, inputFile, window, metadata },
      ...{ status: errors.length > 0 ? 'failed' : 'validating', createdAt: Math.floor(Date.now() / 1000), errors },
      ...{ handled: new Set<string>(), output: [], failures: [], outputFile: null, errorFile: null, timer: undefined },
    };
    const live = new Set(
      batches
        .filter(({ status }) => !ENDED.has(status))
        .flatMap((other) => other.requests.map(({ customId }) => customId)),
    );
    for (const { customId } of requests) if (live.has(customId) || answered.has(customId)) askedTwice.push(customId);
    batches.push(batch);
    if (errors.length === 0) advance(batch);
    return describe(batch);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname.replace(/^\/v1/u, '');
    const { method = 'GET' } = request;
    const body = await readBody(request);
    const call = { number: calls.length, method, path: path.replaceAll(/(?:file-|batch_)\w+/gu, 'ID') };
    calls.push(call);
    const [before, after] = [options.onCall, options.onAnswer];
    if ((await before?.(call)) === 'drop') {
      request.socket.destroy();
      return;
    }
    const elsewhere = options.redirect?.(call);
    if (elsewhere !== undefined) {
      response.writeHead(307, { location: elsewhere }).end();
      return;
    }
    const told = await carryOut(method, path, searchParams, request, body);
    if ((await after?.(call)) === 'drop') {
      request.socket.destroy();
      return;
    }
    const text = typeof told.body === 'string' ? told.body : JSON.stringify(told.body);
    response.writeHead(told.status, { 'content-type': 'application/json', ...told.headers }).end(text);
  }

  async function carryOut(
    method: string,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; body: JsonObject | string; headers?: Record<string, string> }> {
    const refuse = (status: number, message: string) => ({
      status,
      body: { error: { message, type: 'invalid_request_error', param: null, code: null } },
    });
    if (options.key !== undefined && request.headers.authorization !== `Bearer ${options.key}`)
      return refuse(401, 'Incorrect API key provided');
    const [, kind, id = '', action] = path.split('/');
    if (method === 'POST' && path === '/files') {
      if (body.length > (options.maxBytes ?? 200_000_000)) return refuse(413, 'File is too large');
      const form = readForm(request, body);
      if (form?.purpose !== 'batch') return refuse(400, 'purpose: batch, file: a JSONL file');
      const file = storeFile(form.name, form.text);
      const bytes = Buffer.byteLength(form.text);
      return { status: 200, body: { id: file, object: 'file', bytes, filename: form.name, purpose: 'batch' } };
    }
    if (method === 'GET' && kind === 'files' && action === 'content') {
      const file = files.get(id);
      return file === undefined
        ? refuse(404, `No such File object: ${id}`)
        : { status: 200, body: file.text, headers: { 'content-type': 'application/octet-stream' } };
    }
    if (method === 'POST' && path === '/batches') {
      const made = create(asObject(body.toString()));
      return typeof made === 'string' ? refuse(400, made) : { status: 200, body: made };
    }
    if (method === 'GET' && path === '/batches') {
      if (options.hasNoList === true) return refuse(404, 'Not found');
      const all = batches.toReversed();
      const from = all.findIndex((batch) => batch.id === query.get('after')) + 1;
      const page = all.slice(from, from + Number(query.get('limit') ?? 20));
      const more = from + page.length < all.length;
      return { status: 200, body: { object: 'list', data: page.map(describe), has_more: more } };
    }
    if (kind === 'batches') {
      const batch = batches.find((candidate) => candidate.id === id);
      if (batch === undefined) return refuse(404, `No batch found with id '${id}'.`);
      if (method === 'POST' && action === 'cancel') {
        if (ENDED.has(batch.status)) return refuse(409, `Cannot cancel a batch with status '${batch.status}'.`);
        batch.status = 'cancelling';
      }
      return { status: 200, body: describe(batch) };
    }
    if (method === 'POST' && (path === '/chat/completions' || path === '/embeddings' || path === '/completions')) {
      const asked = asObject(body.toString());
      single.push(asked);
      return { status: 200, body: await sample.proper(path, asked) };
    }
    if (path === '/models')
      return { status: 200, body: { object: 'list', data: [{ id: 'test-model', object: 'model' }] } };
    return refuse(404, `Unknown request URL: ${method} ${path}`);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    ...{ batches, files, calls, askedTwice, single },
    close() {
      for (const { timer } of batches) clearTimeout(timer);
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function isGoingOn({ status }: StoredBatch): boolean {
  return status === 'in_progress';
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function asObject(text: string): JsonObject {
  const value = parseJson(text);
  return isJsonObject(value) ? value : {};
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The two parts of an upload; undefined when the form is not one. */
function readForm(request: IncomingMessage, body: Buffer): { purpose: string; name: string; text: string } | undefined {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/u.exec(request.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined || request.headers['content-length'] !== String(body.length)) return undefined;
  const text = body.toString();
  if (!text.endsWith(`\r\n--${boundary}--\r\n`)) return undefined;
  const parts = text.split(`--${boundary}`).slice(1, -1);
  const fields = new Map<string, { content: string; filename: string }>();
  for (const part of parts) {
    const at = part.indexOf('\r\n\r\n');
    const head = part.slice(0, at);
    const name = /name="([^"]+)"/u.exec(head)?.[1];
    if (name === undefined || at === -1) return undefined;
    fields.set(name, { content: part.slice(at + 4, -2), filename: /filename="([^"]+)"/u.exec(head)?.[1] ?? '' });
  }
  const file = fields.get('file');
  return file === undefined
    ? undefined
    : { purpose: fields.get('purpose')?.content ?? '', name: file.filename, text: file.content };
}
