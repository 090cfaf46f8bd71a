/** What sending the same requests costs without an engine: the floors that Openline is held against. */
import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { Pool } from 'undici';
import type { FetchFunction } from '../../src/core/endpoints/httpFetch.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../src/core/record/json.ts';
import type { FloorOrder, FloorReport } from './messages.ts';
import { cpuMilliseconds } from './worker.ts';

type Send = (body: string) => Promise<unknown>;

/** Sends the bodies, so many at once, and waits for all answers. */
export async function runFloor(order: FloorOrder, fetch: FetchFunction): Promise<FloorReport> {
  const bodies = readFileSync(order.bodies, 'utf8').trimEnd().split('\n');
  const { send, close } = senderOf(order, fetch);
  const before = cpuMilliseconds();
  const startedAt = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < order.requests) {
      const body = bodies[next % bodies.length] ?? '{}';
      next += 1;
      await send(body);
    }
  };
  await Promise.all(Array.from({ length: order.slots }, worker));
  const report = {
    milliseconds: performance.now() - startedAt,
    cpuMilliseconds: cpuMilliseconds() - before,
    requests: order.requests,
  };
  await close();
  return report;
}

function senderOf({ floor, url, slots }: FloorOrder, fetch: FetchFunction): { send: Send; close: () => Promise<void> } {
  if (floor === 'dispatch') return dispatcher(url, slots);
  const client = new OpenAI({
    baseURL: url,
    apiKey: 'none',
    maxRetries: 0,
    ...(floor === 'openai-fetch' ? { fetch } : {}),
  });
  return {
    send: (body) => client.chat.completions.create(bodyOf(body) as unknown as ChatBody),
    close: () => Promise.resolve(),
  };
}

type ChatBody = OpenAI.ChatCompletionCreateParamsNonStreaming;

function bodyOf(text: string): JsonObject {
  const body = parseJson(text);
  if (!isJsonObject(body)) throw new Error('not a request body');
  return body;
}

/** undici alone: bytes out, bytes in, the answer parsed. */
function dispatcher(url: string, slots: number): { send: Send; close: () => Promise<void> } {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: slots, pipelining: 1 });
  const headers = { 'content-type': 'application/json' };
  const send: Send = (body) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      pool.dispatch(
        { path: `${pathname}/chat/completions`, method: 'POST', headers, body },
        {
          onRequestStart: () => undefined,
          onResponseStart: () => undefined,
          onResponseData: (_controller, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () => {
            resolve(parseJson(Buffer.concat(chunks).toString()));
          },
          onResponseError: (_controller, error) => {
            reject(error);
          },
        },
      );
    });
  return { send, close: () => pool.close() };
}
