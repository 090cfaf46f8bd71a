import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readConvertedList } from '../../answers/convertedList.ts';
import { parseList } from '../../answers/parseList.ts';
import { readYesNo } from '../../answers/readLabel.ts';
import { EndpointError } from '../../errors.ts';
import { compileTemplate, type TemplateValues } from '../../prompts/renderTemplate.ts';
import type { Template } from '../../prompts/template.ts';
import { loadTemplateLibrary } from '../../prompts/templateLibrary.ts';
import { isJsonObject, parseJson } from '../../record/json.ts';
import type { ChatMessage, ChatRequest, Endpoint, GenerationParameters } from '../endpoint.ts';
import { endpointProfileSchema } from '../profile.ts';
import { createSampleEndpoint, type SampleEndpointDependencies } from './sampleEndpoint.ts';

const library = await loadTemplateLibrary(fileURLToPath(new URL('../../library/prompts', import.meta.url)));

function endpoint(sample: object = {}, dependencies?: SampleEndpointDependencies): Endpoint {
  const profile = endpointProfileSchema.parse({ kind: 'sample', sample });
  return createSampleEndpoint({ name: 'sample', profile }, dependencies);
}

function request(content: string, generation: GenerationParameters = {}, model = 'sample-chat'): ChatRequest {
  return { model, messages: [{ role: 'user', content }], generation };
}

function template(id: string): Template {
  const found = library.get(id);
  assert.ok(found, id);
  return found;
}

function rendered(id: string, values: TemplateValues = {}): readonly ChatMessage[] {
  const { body, system, sample } = template(id);
  const all = { ...sample, ...values };
  const user: ChatMessage = { role: 'user', content: compileTemplate(body)(all) };
  return system === undefined ? [user] : [{ role: 'system', content: compileTemplate(system)(all) }, user];
}

async function ask(messages: readonly ChatMessage[], from = endpoint()): Promise<string> {
  const { choices } = await from.chat({ model: 'sample-chat', messages, generation: {} });
  return choices[0]?.text ?? '';
}

function itemsOf(text: string): readonly string[] {
  const reading = parseList(text);
  assert.ok('items' in reading, text);
  return reading.items;
}

test('every list template gets a list of the length asked for, all different, each marked as a sample', async () => {
  for (const [id, { expects, placeholders }] of library) {
    const counted = placeholders.find((name) => name.startsWith('n_'));
    if (expects !== 'list' || counted === undefined) continue;
    for (const count of [1, 7, 40]) {
      const items = itemsOf(await ask(rendered(id, { [counted]: count })));
      assert.equal(items.length, count, id);
      assert.equal(new Set(items).size, count, id);
      for (const item of items) assert.match(item, /\(sample\)$/u, id);
    }
  }
});

test('a list converts into YAML verbatim', async () => {
  const list = await ask(rendered('math-problem-general', { n_openlines: 20 }));
  const yaml = await ask(rendered('yaml-conversion', { llm_response: list }));
  assert.deepEqual(readConvertedList(yaml, list), { items: itemsOf(list) });
  const quoted = 'Sure!\n\n- say "hi" \\ now\n- *x*: `y`';
  const again = await ask(rendered('yaml-conversion', { llm_response: quoted }));
  assert.deepEqual(readConvertedList(again, quoted), { items: ['say "hi" \\ now', '*x*: `y`'] });
});

test('questions about a document use its own words', async () => {
  const document =
    'The Zanderbeck valve was patented by Ilse Morgenroth in 1911. It regulates the pressure of xenon lamps. Later valves copied its double spring.';
  const items = itemsOf(await ask(rendered('closed-qa', { document, n_openlines: 12 })));
  const own = items.filter((item) => /Zanderbeck|Morgenroth|xenon|valve|pressure|spring/iu.test(item));
  assert.ok(own.length >= 9, items.join('\n'));
});

test('documents of any kind get their questions', async () => {
  for (const document of [
    '',
    '{',
    '茶は飲み物である。古い。',
    '# Title\n\n```js\nconst x = 1;\n```',
    '1. a\n2. b\n3. c',
    'x'.repeat(50_000),
  ]) {
    assert.equal(
      itemsOf(await ask(rendered('closed-qa', { document, n_openlines: 9 }))).length,
      9,
      document.slice(0, 20),
    );
  }
});

test('each other kind of request gets an answer of its kind', async () => {
  assert.ok('label' in readYesNo(await ask(rendered('math-classification'))));
  assert.match(await ask(rendered('label-classification')), /^(?:Biology|Physics|History|Other)\b.*\(sample\)$/u);
  assert.match(await ask(rendered('dialogue-concise-user-turn')), /^[^:\n]+\(sample\)$/u);
  assert.match(
    await ask(rendered('wikipedia-rephrasing')),
    /^Here is the text in the style of an encyclopedia:\n.*Moon.*\(sample\)$/su,
  );
  assert.match(await ask(rendered('distill')), /^Condensed text:\n.*\(sample\)$/su);
  assert.match(
    await ask(rendered('diverse-qa')),
    /^Here are questions and answers about the text:\n- Question: .+\nAnswer: .+/u,
  );
  assert.match(await ask(rendered('knowledge-list')), /^(?:- .+\(sample\)\n?)+$/u);
  assert.match(await ask(rendered('code-examples')), /Python\n```python\n[^`]+```\n\nTypeScript\n```typescript\n/u);
  assert.match(await ask(rendered('explain')), /^Step 1: /u);
  // "up to eight" and "two places of the text" are no numbers of pairs: the text has three sentences to ask about.
  assert.equal((await ask(rendered('diverse-qa'))).match(/^- Question: /gmu)?.length, 3);
  const pairs = await ask(rendered('instructions', { n_pairs: 4 }));
  assert.equal(pairs.match(/^- Question: /gmu)?.length, 4);
  assert.deepEqual(Object.keys(object(await ask(rendered('judge-answerability')))), ['criterion_1', 'criterion_2']);
  assert.equal(typeof object(await ask(rendered('judge-quality')))['score'], 'number');
  const answer = await ask(rendered('answer'));
  assert.match(answer, /\(sample\)$/u);
});

test('data is extracted by a schema', async () => {
  const schema = JSON.stringify({
    type: 'object',
    properties: {
      kind: { enum: ['tide', 'wave'] },
      count: { type: 'integer', minimum: 3, maximum: 4 },
      tags: { type: 'array', items: { type: 'string' }, minItems: 3 },
      place: { type: 'object', properties: { name: { type: ['null', 'string'] } } },
      known: { type: 'boolean' },
    },
  });
  const data = object(await ask(rendered('extract', { schema })));
  assert.ok(data['kind'] === 'tide' || data['kind'] === 'wave');
  assert.ok(data['count'] === 3 || data['count'] === 4);
  assert.ok(Array.isArray(data['tags']) && data['tags'].length === 3);
  assert.ok(isJsonObject(data['place']) && typeof data['place']['name'] === 'string');
  assert.equal(typeof data['known'], 'boolean');
});

function object(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  assert.ok(isJsonObject(value), text);
  return value;
}

test('the same request gets the same answer, another seed or attempt another one', async () => {
  const text = rendered('macro-topics');
  const same = await ask(text);
  assert.equal(await ask(text), same);
  assert.notEqual(await ask(text, endpoint({ seed: 1 })), same);
  const seeded = await endpoint().chat({ model: 'sample-chat', messages: text, generation: { seed: 2 } });
  assert.notEqual(seeded.choices[0]?.text, same);
});

test('n choices are n different answers, the first of them the one without n', async () => {
  const { choices } = await endpoint().chat(request('Write 5 questions about tea.', { n: 4 }));
  assert.equal(new Set(choices.map(({ text }) => text)).size, 4);
  assert.equal(choices[0]?.text, await ask(request('Write 5 questions about tea.').messages));
});

test('the limit of tokens and stop words end an answer', async () => {
  const cut = await endpoint().chat(request('Write 50 questions about tea.', { max_tokens: 40 }));
  assert.equal(cut.choices[0]?.finishReason, 'length');
  assert.ok((cut.usage?.completion ?? 0) <= 40);
  const stopped = await endpoint().chat(request('Write 5 questions about tea.', { stop: ['2.'] }));
  assert.match(stopped.choices[0]?.text ?? '', /^1\. [^\n]+\n$/u);
  assert.equal(stopped.choices[0]?.finishReason, 'stop');
});

test('a streamed answer arrives in pieces and is the same', async () => {
  const pieces: string[] = [];
  const { choices } = await endpoint().chat(request('Write 5 questions about tea.', { stream: true }), {
    onChunk: (text) => pieces.push(text),
  });
  assert.ok(pieces.length > 3);
  assert.equal(pieces.join(''), choices[0]?.text);
  assert.equal(pieces.join(''), await ask(request('Write 5 questions about tea.').messages));
});

test('tokens are counted on both sides', async () => {
  const { usage } = await endpoint().chat(request('one two three four five six seven eight nine ten'));
  assert.equal(usage?.prompt, 13);
  assert.ok(usage.completion > 10);
});

test('a reward model answers with scores, in both forms', async () => {
  const messages: ChatMessage[] = [
    { role: 'user', content: 'Why is the sky blue?' },
    { role: 'assistant', content: 'Because the air scatters blue light more than red light.' },
  ];
  const { choices } = await endpoint().chat({ model: 'sample-reward', messages, generation: {} });
  const [choice] = choices;
  assert.deepEqual(Object.keys(choice?.scores ?? {}), [
    'helpfulness',
    'correctness',
    'coherence',
    'complexity',
    'verbosity',
  ]);
  assert.match(choice?.text ?? '', /^helpfulness:[\d.]+,correctness:[\d.]+/u);
});

test('embeddings of similar texts are near each other', async () => {
  const texts = [
    'How do I brew green tea?',
    'Brewing green tea: how is it done? (sample)',
    'Interest rates of central banks',
    '',
  ];
  const vectors = await endpoint().embed('sample-embedding', texts);
  const cosine = (a: number, b: number): number =>
    (vectors[a] ?? []).reduce((sum, value, index) => sum + value * (vectors[b]?.[index] ?? 0), 0);
  for (const [index] of texts.entries()) assert.ok(Math.abs(cosine(index, index) - 1) < 1e-9);
  assert.ok(cosine(0, 1) > 0.6, `similar: ${cosine(0, 1)}`);
  assert.ok(cosine(0, 2) < 0.3, `different: ${cosine(0, 2)}`);
});

test('faults are passing ones, at about the rate asked for, and a retry can succeed', async () => {
  const faulty = endpoint({ fault_rate: 0.5 });
  let failures = 0;
  for (let index = 0; index < 200; index += 1) {
    for (let tries = 0; ; tries += 1) {
      assert.ok(tries < 30, 'never succeeds');
      try {
        await faulty.chat(request(`Question ${index}`));
        break;
      } catch (error) {
        assert.ok(error instanceof EndpointError && error.retryable && error.endpoint === 'sample');
        failures += 1;
      }
    }
  }
  assert.ok(failures > 120 && failures < 300, `${failures} failures`);
});

test('garbage cannot be read as the list that was asked for', async () => {
  const garbled = endpoint({ garbage_rate: 1 });
  const answer = await ask(rendered('macro-topics'), garbled);
  assert.ok('problem' in parseList(answer), answer);
  const converted = readConvertedList(await ask(rendered('yaml-conversion'), garbled), 'x');
  assert.ok('problem' in converted);
});

test('latency is around the mean and the same for the same request', async () => {
  const waits: number[] = [];
  const slow = endpoint(
    { latency_ms: 100 },
    { sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)) },
  );
  for (let index = 0; index < 300; index += 1) await slow.chat(request(`Question ${index}`));
  await slow.chat(request('Question 0'));
  assert.equal(waits.at(-1), waits[0]);
  assert.ok(waits.every((wait) => wait >= 50 && wait <= 150));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  assert.ok(mean > 92 && mean < 108, String(mean));
});

test('an aborted request rejects with the reason of the signal', async () => {
  const reason = new Error('enough');
  await assert.rejects(endpoint().chat(request('Hello'), { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const waiting = endpoint({ latency_ms: 60_000 }).chat(request('Hello'), { signal: controller.signal });
  setTimeout(() => {
    controller.abort(reason);
  }, 5);
  await assert.rejects(waiting, reason);
});

test('the body is what the protocol would send, and the service is the same for the same seed', () => {
  const sample = endpoint();
  assert.deepEqual(sample.body({ ...request('Hi', { n: 2, temperature: 0, extra: { top_k: 5 } }) }), {
    model: 'sample-chat',
    messages: [{ role: 'user', content: 'Hi' }],
    n: 2,
    temperature: 0,
    top_k: 5,
  });
  assert.equal(endpoint().identity, endpoint({ latency_ms: 5, fault_rate: 0.1 }).identity);
  assert.notEqual(endpoint().identity, endpoint({ seed: 1 }).identity);
});

test('its models are named', async () => {
  assert.deepEqual(await endpoint().models(), ['sample-chat', 'sample-reward', 'sample-embedding']);
});

test('thousands of revisions of a topic tree are nearly all different', async () => {
  const sample = endpoint();
  const seen = new Set<string>();
  let made = 0;
  for (const topic of itemsOf(await ask(rendered('macro-topics', { n_macro_topics: 30 }), sample))) {
    for (const openline of itemsOf(await ask(rendered('open-qa-from-topics', { topic, n_openlines: 10 }), sample))) {
      for (const revision of itemsOf(await ask(rendered('revise-open-qa', { openline, n_revisions: 5 }), sample))) {
        seen.add(revision);
        made += 1;
      }
    }
  }
  assert.equal(made, 1500);
  assert.ok(seen.size > 1490, String(seen.size));
});
