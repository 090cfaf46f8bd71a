import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { EndpointError } from '../../errors.ts';
import type { ChatRequest, Endpoint, GenerationParameters } from '../endpoint.ts';
import { startTestServer } from '../http/testServer.ts';
import type { ReceivedRequest, TestServer } from '../http/testServer.ts';
import { createHttpFetch } from '../httpFetch.ts';
import { endpointProfileSchema } from '../profile.ts';
import type { NamedProfile } from '../profile.ts';
import { createOpenAiEndpoint } from './openAiEndpoint.ts';
import type { OpenAiDeps } from './openAiService.ts';

/** The key that endpoints for tests send. */
export const KEY = 'sk-test-0123456789abcdef';

/** How an endpoint for tests is set up. */
export interface Setting {
  /** Fields of its profile. */
  readonly profile?: object;
  /** Path of the base URL. Default: `/v1`. */
  readonly path?: string;
  /** Null: none. Default: `KEY`. */
  readonly key?: string | null;
  readonly maxBodyBytes?: number;
  /** What makes it. Default: chat completions. */
  readonly create?: (named: NamedProfile, deps: OpenAiDeps) => Endpoint;
}

/** A service that answers as told, and an endpoint that asks it; both are gone when the test is. */
export async function openService(
  t: TestContext,
  handle: Parameters<typeof startTestServer>[0],
  setting: Setting = {},
): Promise<{ server: TestServer; endpoint: Endpoint; named: NamedProfile; warnings: readonly string[] }> {
  const server = await startTestServer(handle);
  const http = createHttpFetch(setting.maxBodyBytes === undefined ? {} : { maxBodyBytes: setting.maxBodyBytes });
  t.after(async () => {
    await http.close();
    await server.close();
  });
  const base = setting.path ?? '/v1';
  const profile = endpointProfileSchema.parse({ base_url: server.origin + base, ...setting.profile });
  const { create = createOpenAiEndpoint } = setting;
  const warnings: string[] = [];
  const key = setting.key === null ? {} : { key: setting.key ?? KEY };
  const named = { name: 'mine', profile, ...key };
  return {
    server,
    named,
    warnings,
    endpoint: create(named, { fetch: http.fetch, wallClock: () => 0, onWarning: (message) => warnings.push(message) }),
  };
}

/** A short question. */
export function question(generation: GenerationParameters = {}): ChatRequest {
  return { model: 'm', messages: [{ role: 'user', content: 'hi' }], generation };
}

/** The error a request ends with; it names the endpoint and never holds the key, wherever one looks. */
export async function errorOf(outcome: Promise<unknown>): Promise<EndpointError> {
  const error = await outcome.then(
    () => assert.fail('it should have failed'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof EndpointError, String(error));
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    assert.ok(!`${cause.message}${cause.stack ?? ''}${JSON.stringify(cause)}`.includes(KEY), 'the key is in the error');
  }
  assert.match(error.message, /mine/u);
  return error;
}

/** The only request a service received. */
export function onlyOf(server: TestServer): ReceivedRequest {
  const [received, ...more] = server.received;
  assert.ok(received !== undefined && more.length === 0, `${server.received.length} requests`);
  return received;
}
