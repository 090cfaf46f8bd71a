import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findServices } from './findServices.ts';
import { localCandidates } from './localCandidates.ts';
import { answerJson, startTestServer } from './http/testServer.ts';
import { createHttpFetch } from './httpFetch.ts';
import { ENDPOINT_PRESETS } from './presets.ts';
import { endpointProfileSchema } from './profile.ts';

test('the usual places are on this machine, each once, and need no key', () => {
  const candidates = localCandidates(ENDPOINT_PRESETS);
  const places = candidates.map(({ profile }) => `${profile.kind} ${profile.base_url ?? ''}`);
  assert.deepEqual(places, [...new Set(places)]);
  for (const { profile } of candidates) {
    assert.equal(new URL(profile.base_url ?? '').hostname, 'localhost');
    assert.equal(profile.auth, 'none');
  }
  const ports = candidates.map(({ profile }) => new URL(profile.base_url ?? '').port);
  for (const port of ['8000', '30000', '8080', '11434', '1234', '4000']) assert.ok(ports.includes(port), port);
  // Several programs have the same usual port: all of them are named.
  assert.match(candidates.find(({ name }) => name === 'vllm')?.title ?? '', /vLLM.*NVIDIA NIM/u);
});

test('what answers with models is found, what wants a key as well; silence, web pages and closed ports are not', async (t) => {
  const http = createHttpFetch();
  const servers = {
    models: await startTestServer((_request, response) => {
      answerJson(response, 200, { data: [{ id: 'a' }, { id: 'b' }] });
    }),
    guarded: await startTestServer((_request, response) => {
      answerJson(response, 401, { error: { message: 'a key, please' } });
    }),
    page: await startTestServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    }),
    silent: await startTestServer(() => undefined),
  };
  t.after(async () => {
    await http.close();
    for (const server of Object.values(servers)) await server.close();
  });
  const candidates = Object.entries({ ...servers, closed: { origin: 'http://127.0.0.1:1' } }).map(
    ([name, { origin }]) => ({
      name,
      profile: endpointProfileSchema.parse({ base_url: `${origin}/v1`, auth: 'none' }),
    }),
  );
  const found = await findServices(candidates, { fetch: http.fetch }, undefined, 300);
  assert.deepEqual(found, [
    { name: 'models', models: ['a', 'b'], wantsKey: false },
    { name: 'guarded', models: [], wantsKey: true },
  ]);
});
