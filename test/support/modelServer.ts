/** An OpenAI-compatible service on this machine whose answers, delays and faults a test decides. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSampleEndpoint } from '../../src/core/endpoints/sample/sampleEndpoint.ts';
import { endpointProfileSchema } from '../../src/core/endpoints/profile.ts';
import type { ChatMessage } from '../../src/core/endpoints/endpoint.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';

/** A request as it arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: JsonObject;
  /** SHA-256 of the body: the same question has the same. */
  readonly hash: string;
  /** How often this very body had arrived before. */
  readonly repeated: number;
}

/** What the service does with a request. Nothing set: it answers. */
export interface Reply {
  /** Text of the only choice; default: what the sample endpoint would say. */
  readonly text?: string;
  /** The whole body instead of a proper answer, sent as it is. */
  readonly raw?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** A streamed answer: waited for when its first half has been sent. */
  readonly halfway?: Promise<unknown>;
  /** `drop`: closes the connection; `half`: closes it in the middle of the body; `hang`: never answers. */
  readonly fault?: 'drop' | 'half' | 'hang';
}

export interface ModelServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  /** Every request for chats and embeddings so far, in the order of arrival. */
  readonly received: readonly Received[];
  /** Chat requests that were answered in full with status 200. */
  readonly answered: number;
  /** Requests under way at the same time, at the most. */
  readonly mostAtOnce: number;
  close(): Promise<void>;
}

export type Script = (request: Received) => Reply | Promise<Reply>;

/** Starts the service on the loopback interface. @param port 0: any that is free */
export async function startModelServer(script: Script = () => ({}), port = 0): Promise<ModelServer> {
  const { proper, sampleText } = createSampleAnswers();
  const received: Received[] = [];
  const seen = new Map<string, number>();
  const state = { answered: 0, open: 0, most: 0 };

  async function chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const body = parseJson(text);
    if (!isJsonObject(body)) {
      response.writeHead(400).end('{"error":{"message":"not JSON"}}');
      return;
    }
    const hash = createHash('sha256').update(text).digest('hex');
    const repeated = seen.get(hash) ?? 0;
    seen.set(hash, repeated + 1);
    const entry: Received = { path: request.url ?? '', headers: request.headers, body, hash, repeated };
    received.push(entry);
    state.open += 1;
    state.most = Math.max(state.most, state.open);
    try {
      const reply = await script(entry);
      if (reply.delayMs !== undefined) await sleep(reply.delayMs);
      if (reply.fault === 'hang') return;
      if (reply.fault === 'drop') {
        request.socket.destroy();
        return;
      }
      if (body['stream'] === true && reply.raw === undefined && reply.status === undefined) {
        await stream(response, body, reply.text ?? (await sampleText(body)), reply.halfway);
        return;
      }
      const answer = reply.raw ?? JSON.stringify(await proper(entry.path, body, reply.text));
      const status = reply.status ?? 200;
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(answer),
        ...reply.headers,
      });
      if (reply.fault === 'half') {
        response.write(answer.slice(0, Math.floor(answer.length / 2)), () => request.socket.destroy());
        return;
      }
      if (status === 200 && !response.destroyed) state.answered += 1;
      response.end(answer);
    } finally {
      state.open -= 1;
    }
  }

  async function stream(
    response: ServerResponse,
    body: JsonObject,
    text: string,
    halfway: Promise<unknown> | undefined,
  ): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const piece = (fields: JsonObject): unknown =>
      response.write(
        `data: ${JSON.stringify({ id: 'chatcmpl-test', model: body['model'] ?? 'test-model', ...fields })}\n\n`,
      );
    const words = text.split(/(?<=\s)/u);
    for (const [index, content] of words.entries()) {
      if (index === Math.ceil(words.length / 2)) await halfway;
      piece({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    }
    piece({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    piece({ choices: [], usage: completion(body, text)['usage'] ?? null });
    response.end('data: [DONE]\n\n');
    state.answered += 1;
  }

  const server: Server = createServer((request, response) => {
    if (request.url?.endsWith('/models') === true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"object":"list","data":[{"id":"test-model","object":"model"}]}');
      return;
    }
    chat(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/v1`,
    received,
    get answered() {
      return state.answered;
    },
    get mostAtOnce() {
      return state.most;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** Answers in OpenAI's form, with what the sample endpoint would say where no text is given. */
export function createSampleAnswers(): {
  readonly proper: (path: string, body: JsonObject, text?: string) => Promise<JsonObject>;
  readonly sampleText: (body: JsonObject) => Promise<string>;
} {
  const sample = createSampleEndpoint({ name: 'sample', profile: endpointProfileSchema.parse({ kind: 'sample' }) });

  async function sampleText(body: JsonObject): Promise<string> {
    const messages = body['messages'] as unknown as readonly ChatMessage[];
    const seed = typeof body['seed'] === 'number' ? { seed: body['seed'] } : {};
    const model = JSON.stringify(body['model'] ?? '').includes('reward') ? 'sample-reward' : 'sample-chat';
    const format = body['response_format'];
    const extra = format === undefined ? {} : { extra: { response_format: format } };
    const answer = await sample.chat({ model, messages, generation: { ...seed, ...extra } });
    return answer.choices[0]?.text ?? '';
  }

  return {
    sampleText,
    async proper(path, body, text) {
      if (!path.endsWith('/embeddings')) return completion(body, text ?? (await sampleText(body)));
      const { input } = body;
      const texts = (typeof input === 'string' ? [input] : input) as readonly string[];
      return embeddings(body, await sample.embed('sample-embedding', texts));
    },
  };
}

/** A proper answer to a chat request. */
export function completion(body: JsonObject, text: string): JsonObject {
  const prompt = JSON.stringify(body['messages'] ?? '').length >> 2;
  return {
    id: 'chatcmpl-test',
    object: 'chat.completion',
    created: 0,
    model: body['model'] ?? 'test-model',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: prompt, completion_tokens: text.length >> 2, total_tokens: prompt + (text.length >> 2) },
  };
}

/** A proper answer to a request for embeddings. */
export function embeddings(body: JsonObject, vectors: readonly (readonly number[])[]): JsonObject {
  const tokens = JSON.stringify(body['input'] ?? '').length >> 2;
  return {
    object: 'list',
    model: body['model'] ?? 'test-model',
    data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
