import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createHttpFetch, type ProxySettings } from './httpFetch.ts';
import { TEST_CERTIFICATE } from './http/testCertificate.ts';
import { createOpenAiEndpoint } from './openai/openAiEndpoint.ts';
import { endpointProfileSchema } from './profile.ts';
import { testConnection, type ConnectionTest } from './testConnection.ts';

/** Tests a connection over real sockets. */
async function tried(t: TestContext, baseUrl: string, proxy: ProxySettings = {}): Promise<ConnectionTest> {
  const http = createHttpFetch({ proxy });
  t.after(() => http.close());
  const profile = endpointProfileSchema.parse({ base_url: baseUrl, model: 'm', auth: 'none' });
  const endpoint = createOpenAiEndpoint({ name: 'house', profile }, { fetch: http.fetch });
  return testConnection(endpoint, profile);
}

/** The port of a server that is closed after the test. */
async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port at which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a host without a name server’s answer: the name is told', async (t) => {
  const { ok, code, message } = await tried(t, 'http://models.invalid/v1');
  assert.deepEqual([ok, code], [false, 'unreachable']);
  assert.match(message, /^Endpoint house: the name of the host models\.invalid could not be resolved/u);
});

test('a port at which nothing listens', async (t) => {
  const port = await closedPort();
  const { message } = await tried(t, `http://127.0.0.1:${port}/v1`);
  assert.match(message, new RegExp(`nothing is listening at 127\\.0\\.0\\.1:${port}`, 'u'));
});

test('a certificate that nobody vouches for', async (t) => {
  const port = await listening(
    t,
    createSecureServer(TEST_CERTIFICATE, (_request, response) => response.end('{}')),
  );
  const { code, message } = await tried(t, `https://localhost:${port}/v1`);
  assert.equal(code, 'unreachable');
  assert.match(message, /the certificate of localhost:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/u);
});

test('https where http is spoken', async (t) => {
  const port = await listening(
    t,
    createServer((_request, response) => response.end('{}')),
  );
  const { message } = await tried(t, `https://127.0.0.1:${port}/v1`);
  assert.match(message, /perhaps the service speaks http, not https/u);
});

test('a proxy that is not there is told as such, not as the service', async (t) => {
  const port = await closedPort();
  for (const scheme of ['http', 'https']) {
    const proxy = `http://127.0.0.1:${port}`;
    const { message } = await tried(t, `${scheme}://models.invalid/v1`, { httpProxy: proxy, httpsProxy: proxy });
    assert.match(message, new RegExp(`the proxy 127\\.0\\.0\\.1:${port} on the way to models\\.invalid`, 'u'));
  }
  const unnamed = await tried(t, 'https://models.invalid/v1', { httpsProxy: 'http://proxy.invalid:3128' });
  assert.match(unnamed.message, /the proxy proxy\.invalid on the way to models\.invalid cannot be reached/u);
});

test('a proxy that wants a login, or does not let the request through', async (t) => {
  for (const [status, words] of [
    [407, /proxy.*(?:wants a login|status 407)/u],
    [403, /proxy.*refused the connection \(status 403\)/u],
  ] as const) {
    const server = createServer((_request, response) => response.writeHead(status).end());
    server.on('connect', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
    });
    const proxy = `http://127.0.0.1:${await listening(t, server)}`;
    const { message } = await tried(t, 'https://models.invalid/v1', { httpsProxy: proxy });
    assert.match(message, words);
  }
});
