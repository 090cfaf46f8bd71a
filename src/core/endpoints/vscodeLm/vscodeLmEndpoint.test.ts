import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EndpointError } from '../../errors.ts';
import { endpointProfileSchema } from '../profile.ts';
import { LanguageModelRefusal, type LanguageModelFailure, type LanguageModels } from './languageModels.ts';
import { createVscodeLmEndpoint } from './vscodeLmEndpoint.ts';

const profile = endpointProfileSchema.parse({ kind: 'vscode-lm', model: 'house/writer' });
const question = (n?: number) => ({
  model: 'house/writer',
  messages: [{ role: 'user' as const, content: 'Say hello.' }],
  generation: { temperature: 0.5, ...(n === undefined ? {} : { n }), extra: { top_k: 3 } },
});

/** The editor with models that say what they are told to. */
function editor(ask: LanguageModels['ask']): LanguageModels {
  return { ask, list: () => Promise.resolve(['house/writer']) };
}

async function failureOf(failure: LanguageModelFailure): Promise<EndpointError> {
  const models = editor(() => Promise.reject(new LanguageModelRefusal(failure, 'because')));
  const endpoint = createVscodeLmEndpoint({ name: 'here', profile }, models);
  const error: unknown = await endpoint.chat(question()).catch((reason: unknown) => reason);
  assert.ok(error instanceof EndpointError);
  return error;
}

test('an answer comes with the provider’s count; several choices are several questions', async () => {
  let asked = 0;
  const models = editor((given) => {
    asked += 1;
    assert.deepEqual(given.options, { temperature: 0.5, extra: { top_k: 3 } });
    return Promise.resolve({ text: `hello ${asked}`, model: 'house/writer', usage: { prompt: 4, completion: 2 } });
  });
  const endpoint = createVscodeLmEndpoint({ name: 'here', profile }, models);
  const answer = await endpoint.chat(question(2));
  assert.deepEqual(
    answer.choices.map(({ text }) => text),
    ['hello 1', 'hello 2'],
  );
  assert.deepEqual(answer.usage, { prompt: 8, completion: 4 });
  assert.deepEqual(await endpoint.models(), ['house/writer']);
});

test('what the editor refuses with decides whether asking again makes sense', async () => {
  const cases = [
    ['not-found', 'unknown-model', true],
    ['no-permissions', 'forbidden', true],
    ['blocked', 'payment', true],
    ['failed', 'server', false],
  ] as const;
  for (const [refusal, failure, stops] of cases) {
    const error = await failureOf(refusal);
    assert.deepEqual([error.failure, error.stopsEndpoint, error.retryable], [failure, stops, !stops], refusal);
    assert.match(error.message, /^Endpoint here: .*\(because\)\.$/u);
  }
});

test('an empty answer is none', async () => {
  const models = editor(() => Promise.resolve({ text: '', model: 'house/writer', usage: null }));
  const endpoint = createVscodeLmEndpoint({ name: 'here', profile }, models);
  await assert.rejects(
    endpoint.chat(question()),
    (error) => error instanceof EndpointError && error.failure === 'unreadable',
  );
});

test('cancelling ends the question with the reason of the one who cancelled', async () => {
  const abort = new AbortController();
  const models = editor(
    (_question, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  const endpoint = createVscodeLmEndpoint({ name: 'here', profile }, models);
  const asked = endpoint.chat(question(), { signal: abort.signal });
  abort.abort(new Error('enough'));
  await assert.rejects(asked, /enough/u);
});

test('a model that takes too long is a time-out', async () => {
  const hasty = endpointProfileSchema.parse({ kind: 'vscode-lm', timeout_s: 0.02 });
  const models = editor(
    (_question, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  const endpoint = createVscodeLmEndpoint({ name: 'here', profile: hasty }, models);
  await assert.rejects(
    endpoint.chat(question()),
    (error) => error instanceof EndpointError && error.failure === 'timeout',
  );
});

test('outside the editor it says where it works and what to do instead', () => {
  assert.throws(
    () => createVscodeLmEndpoint({ name: 'here', profile }, undefined),
    /Endpoint here .*only inside VS Code.*--endpoint/u,
  );
});
