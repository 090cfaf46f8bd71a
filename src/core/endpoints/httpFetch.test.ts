import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TestContext } from 'node:test';
import { BodyTooLargeError, createHttpFetch } from './httpFetch.ts';
import type { HttpFetchOptions } from './httpFetch.ts';
import { startTestServer } from './http/testServer.ts';

/** A server and a fetch that are gone when the test is. */
async function open(t: TestContext, handle: Parameters<typeof startTestServer>[0], options: HttpFetchOptions = {}) {
  const server = await startTestServer(handle);
  const http = createHttpFetch(options);
  t.after(async () => {
    await http.close();
    await server.close();
  });
  return { server, http };
}

test('sends method, path, query, headers and body, and reads status, headers and text', async (t) => {
  const { server, http } = await open(t, (_request, response) => {
    response.writeHead(201, { 'X-Told': 'yes' });
    response.end('\uFEFFgrüße');
  });
  const init = { method: 'POST', headers: { 'x-asked': 'a' }, body: '{"ü":1}' };
  const response = await http.fetch(`${server.origin}/path?query=1`, init);
  assert.deepEqual([response.status, response.ok, response.headers.get('x-told')], [201, true, 'yes']);
  assert.equal(await response.text(), 'grüße');
  const [received] = server.received;
  assert.deepEqual([received?.method, received?.url, received?.body], ['POST', '/path?query=1', '{"ü":1}']);
  assert.equal(received?.headers['x-asked'], 'a');
});

test('keeps connections for the next request', async (t) => {
  const { server, http } = await open(t, (request, response) => {
    response.end(String(request.headers.connection));
  });
  for (let request = 0; request < 3; request += 1) await (await http.fetch(server.origin)).text();
  const closing = server.closedConnections(1);
  await http.close();
  await closing;
  assert.equal(server.received.length, 3);
});

test('aborting closes the socket, before and within the answer', async (t) => {
  const { server, http } = await open(t, (request, response) => {
    if (request.url === '/begun') {
      response.writeHead(200);
      response.write('half');
    }
  });
  const before = new AbortController();
  const pending = http.fetch(server.origin, { signal: before.signal });
  while (server.received.length === 0) await new Promise(setImmediate);
  before.abort(new Error('no longer wanted'));
  await assert.rejects(pending, /no longer wanted/u);
  await server.closedConnections(1);

  const within = new AbortController();
  const response = await http.fetch(`${server.origin}/begun`, { signal: within.signal });
  const text = response.text();
  within.abort(new Error('enough'));
  await assert.rejects(text, /enough/u);
  await server.closedConnections(2);
});

test('an aborted signal sends nothing', async (t) => {
  const { server, http } = await open(t, (_request, response) => response.end());
  await assert.rejects(http.fetch(server.origin, { signal: AbortSignal.abort(new Error('over')) }), /over/u);
  assert.equal(server.received.length, 0);
});

test('reads no more than the limit and closes the socket', async (t) => {
  const { server, http } = await open(
    t,
    (_request, response) => {
      response.writeHead(200);
      response.on('error', () => undefined);
      const pour = (): void => {
        if (!response.destroyed) response.write('x'.repeat(64 * 1024), () => setImmediate(pour));
      };
      pour();
    },
    { maxBodyBytes: 1024 * 1024 },
  );
  const response = await http.fetch(server.origin);
  await assert.rejects(response.text(), BodyTooLargeError);
  await server.closedConnections(1);
});

test('undoes a compression nobody asked for, within the limit', async (t) => {
  const { server, http } = await open(
    t,
    (request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(request.url === '/bomb' ? 'x'.repeat(2_000_000) : 'small'));
    },
    { maxBodyBytes: 1_000_000 },
  );
  assert.equal(await (await http.fetch(server.origin)).text(), 'small');
  await assert.rejects(async () => (await http.fetch(`${server.origin}/bomb`)).text());
});

test('gives the body piece by piece', async (t) => {
  const { server, http } = await open(t, (_request, response) => {
    response.write('one ');
    setImmediate(() => response.end('two'));
  });
  const response = await http.fetch(server.origin);
  assert.ok(response.body !== null);
  let text = '';
  for await (const chunk of response.body) text += Buffer.from(chunk).toString();
  assert.equal(text, 'one two');
});

test('follows a redirect within the origin with the same body, and hands out others as they are', async (t) => {
  const elsewhere = await startTestServer((_request, response) => response.end('other host'));
  t.after(() => elsewhere.close());
  const { server, http } = await open(t, (request, response) => {
    if (request.url === '/v1/') response.end(request.body);
    else response.writeHead(307, { location: request.url === '/away' ? elsewhere.origin : '/v1/' }).end();
  });
  const init = { method: 'POST', body: 'the body', headers: { authorization: 'Bearer secret' } };
  assert.equal(await (await http.fetch(`${server.origin}/v1`, init)).text(), 'the body');
  const away = await http.fetch(`${server.origin}/away`, init);
  assert.equal(away.status, 307);
  assert.equal(elsewhere.received.length, 0);
});

test('fails with the code of the network when nobody listens', async () => {
  const server = await startTestServer(() => undefined);
  await server.close();
  const http = createHttpFetch();
  await assert.rejects(
    http.fetch(server.origin),
    (error) => error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED',
  );
  await http.close();
});

test('goes through a proxy, except to this machine and the hosts of the list', async (t) => {
  const target = await startTestServer((request, response) => response.end(`direct ${request.headers.host ?? ''}`));
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('through the proxy');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const upstream = connectSocket(Number(new URL(target.origin).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  assert.ok(address !== null && typeof address !== 'string');
  const http = createHttpFetch({
    proxy: { httpProxy: `http://127.0.0.1:${address.port}`, noProxy: 'skipped.invalid' },
  });
  t.after(async () => {
    await http.close();
    proxy.closeAllConnections();
    proxy.close();
    await target.close();
  });
  const port = new URL(target.origin).port;
  assert.match(await (await http.fetch(`http://model.invalid:${port}/v1`)).text(), /direct|through/u);
  assert.equal(asked.length, 1);
  assert.match(asked[0] ?? '', /model\.invalid/u);
  assert.match(await (await http.fetch(target.origin)).text(), /^direct 127\.0\.0\.1/u);
  await assert.rejects(http.fetch(`http://skipped.invalid:${port}/`));
  assert.equal(asked.length, 1);
});
