/** Whole runs of the recipe `peft-curation`, and of the steps it brought, against a service that keeps what it is sent. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { startModelServer, type ModelServer, type Received, type Script } from '../../../test/support/modelServer.ts';
import { runPipeline } from '../index.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../record/json.ts';
import type { RunSummary } from './events.ts';

const STARTER = join(import.meta.dirname, '../library/starters/data/questions.jsonl');
const cleanups: (() => unknown)[] = [];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'openline-peft-'));
  const folder = root;
  cleanups.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
});
after(async () => {
  for (const cleanup of cleanups) await cleanup();
});

async function serve(script: Script): Promise<ModelServer> {
  const server = await startModelServer(script);
  cleanups.push(() => server.close());
  return server;
}

/** Runs a pipeline given as JSON, which is YAML. */
async function run(pipeline: JsonObject, server?: ModelServer): Promise<RunSummary> {
  const file = join(root, 'demo.openline.yaml');
  writeFileSync(file, JSON.stringify({ openline: 1, ...pipeline }));
  if (server === undefined) return runPipeline(file);
  return runPipeline(file, { endpoints: { service: { base_url: server.url, model: 'writer', retries: 0 } } });
}

function put(records: readonly JsonObject[]): void {
  mkdirSync(join(root, 'data'), { recursive: true });
  writeFileSync(join(root, 'data/in.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function readLines(path: string): readonly JsonObject[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => objectOf(parseJson(line)));
}

function objectOf(value: unknown): JsonObject {
  assert.ok(isJsonObject(value));
  return value;
}

/** A text as it is, anything else as JSON. */
const shown = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
const rejects = ({ run: id }: RunSummary): readonly Json[][] =>
  readLines(join('.openline/runs', id ?? '', 'rejects.jsonl')).map(({ step, reason }) => [
    step ?? null,
    reason ?? null,
  ]);
const lastText = ({ body }: Received): string => {
  const content = (body['messages'] as readonly JsonObject[]).at(-1)?.['content'];
  return typeof content === 'string' ? content : '';
};
/** So many different words. */
const words = (count: number, word: string): string =>
  Array.from({ length: count }, (_, index) => `${word}${index}`).join(' ');
const question = (id: number, more: JsonObject = {}): JsonObject => ({
  id,
  title: `Title ${id}`,
  question: words(50, `q${id}x`),
  answer: words(50, `a${id}x`),
  question_score: 1,
  answer_score: 0,
  file_name: 'law.jsonl',
  ...more,
});
const recipe = (parameters: JsonObject): JsonObject => ({
  recipe: 'peft-curation',
  with: { jsonl: ['data/in.jsonl'], ...parameters },
});
const listOf = (...items: readonly string[]): { text: string } => ({
  text: items.map((item, index) => `${index + 1}. ${item}`).join('\n'),
});
const scores = (helpfulness: number): { text: string } => ({ text: `helpfulness:${helpfulness},correctness:1` });

/** Answers as a model would that writes two variants; `rated` is the reward of the variant of a question. */
function variantsOf(rated: (prompt: string) => number, titles = ['New title', 'Other title']): Script {
  return (request) => {
    const text = lastText(request);
    if (request.body['model'] === 'rewarder') {
      const [prompt] = request.body['messages'] as readonly JsonObject[];
      return scores(rated(shown(prompt?.['content'])));
    }
    const [, at] = /\b[aq](\d+)x0\b/u.exec(text) ?? [];
    if (text.startsWith('Write 2 titles')) return listOf(...titles);
    const word = text.includes('<question>') ? 'nq' : 'na';
    return listOf(words(50, `${word}${at ?? ''}y`), words(60, `${word}${at ?? ''}z`));
  };
}

describe('peft-curation', () => {
  test('rounds 0: cleans, filters and de-duplicates without any endpoint', async () => {
    put([
      question(1, { title: '<b>Title</b> &amp; more', question: `<p>${words(50, 'q1x')}</p>`, tags: ['a'] }),
      question(2, { question: words(49, 'q2x') }),
      question(3, { answer: words(501, 'a3x') }),
      question(4, { answer_score: -1 }),
      question(5, { title: 'Title & more', question: words(50, 'q1x'), answer: words(50, 'a1x') }),
      question(6, { question: words(500, 'q6x'), answer: `Itâ€™s ${words(49, 'a6x')}` }),
      question(7, { question_score: 'many' }),
    ]);
    const summary = await run(recipe({ rounds: 0 }));
    assert.deepEqual([summary.state, summary.requests], ['done', 0]);
    const kept = readLines('data/demo.jsonl');
    assert.deepEqual(kept, [
      { openline_id: '0', ...question(1, { title: 'Title & more', tags: ['a'] }) },
      { openline_id: '5', ...question(6, { question: words(500, 'q6x'), answer: `It’s ${words(49, 'a6x')}` }) },
    ]);
    assert.deepEqual(
      rejects(summary).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      [
        ['long_enough', 'word-count'],
        ['long_enough', 'word-count'],
        ['unique', 'duplicate'],
        ['well_rated', 'not-comparable'],
        ['well_rated', 'when'],
      ],
    );
  });

  test('a round: three lists at once, joined, scored and cleaned again', async () => {
    put([question(1)]);
    let together = 0;
    const arrived = Promise.withResolvers<undefined>();
    const answer = variantsOf((prompt) => (prompt.startsWith('New title') ? 4.9 : 0.9));
    const server = await serve(async (request) => {
      if (request.body['model'] === 'rewarder') return answer(request);
      together += 1;
      // None is answered before all three are there: they must be asked at the same time.
      if (together === 3) arrived.resolve(undefined);
      await arrived.promise;
      return answer(request);
    });
    const summary = await run({ endpoint: 'service', ...recipe({ n_variants: 2, reward_model: 'rewarder' }) }, server);
    assert.deepEqual([summary.state, summary.requests], ['done', 5]);
    const variant = { ...question(1), file_name: 'law.jsonl.synth' };
    const first = { title: 'New title', question: words(50, 'nq1y'), answer: words(50, 'na1y') };
    const second = { title: 'Other title', question: words(60, 'nq1z'), answer: words(60, 'na1z') };
    assert.deepEqual(readLines('data/demo.jsonl'), [
      { openline_id: '0.0', ...question(1) },
      { openline_id: '1.0.0', ...variant, id: '1-synth-0', ...first, question_score: 2, answer_score: 2 },
    ]);
    assert.deepEqual(rejects(summary), [['well_rated_again', 'when']]);
    const writing = server.received.filter(({ body }) => body['model'] === 'writer').map(({ body }) => body);
    for (const { top_p: topP, max_tokens: most, seed } of writing) {
      assert.deepEqual([topP, most, seed], [0.7, 1024, 1234]);
    }
    const scored = server.received.filter(({ body }) => body['model'] === 'rewarder').map(({ body }) => body);
    assert.deepEqual(
      scored.map(({ messages }) => messages).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
      [first, second].map(({ title, question: asked, answer: said }) => [
        { role: 'user', content: `${title}\n\n${asked}` },
        { role: 'assistant', content: said },
      ]),
    );
  });

  test('a list of another length leaves the record out, and its partners are told', async () => {
    put([question(1)]);
    const server = await serve(variantsOf(() => 4, ['Only one']));
    const summary = await run({ endpoint: 'service', ...recipe({ n_variants: 2, reward_model: 'rewarder' }) }, server);
    assert.deepEqual([summary.requests, summary.records], [3, 1]);
    assert.deepEqual(rejects(summary), [
      ['titles', 'list-length'],
      ...Array<Json[]>(4).fill(['variants', 'no-partner']),
    ]);
  });

  test('rounds go on with what the one before has left, until the target is reached; each has its counts', async () => {
    put([question(1), question(2)]);
    const server = await serve(variantsOf(() => 3));
    const parameters = { rounds: 3, n_variants: 2, target: 4, reward_model: 'rewarder' };
    const summary = await run({ endpoint: 'service', ...recipe(parameters) }, server);
    assert.deepEqual([summary.state, summary.records, summary.requests], ['done', 4, 5]);
    const report = objectOf(
      parseJson(readFileSync(join(root, '.openline/runs', summary.run ?? '', 'report.json'), 'utf8')),
    );
    const counts = (report['steps'] as readonly JsonObject[])
      .filter(({ id }) => /^(?:drawn|unique)/u.test(shown(id)))
      .map(({ id, in: entered, out }) => [id, entered, out]);
    assert.deepEqual(counts, [
      ['unique', 2, 2],
      ['drawn', 2, 1],
      ['unique_again', 4, 4],
      ['drawn_2', 4, 0],
      ['unique_again_2', 4, 4],
      ['drawn_3', 4, 0],
      ['unique_again_3', 4, 4],
    ]);
    // Those that are not drawn are no rejects: they go on.
    assert.deepEqual(rejects(summary), []);
  });

  test('a split comes first: variants are made of train alone', async () => {
    put(Array.from({ length: 10 }, (_, index) => question(index)));
    const server = await serve(variantsOf(() => 3));
    const parameters = { split: true, ratio: 1, n_variants: 2, reward_model: 'rewarder' };
    const output = 'data/{split}.jsonl';
    const summary = await run({ endpoint: 'service', output, ...recipe(parameters) }, server);
    assert.equal(summary.state, 'done');
    const sizes = ['train', 'validation', 'test'].map((part) => readLines(`data/${part}.jsonl`).length);
    assert.deepEqual(sizes, [24, 1, 1]);
    const held = ['validation', 'test'].flatMap((part) => readLines(`data/${part}.jsonl`));
    for (const { id } of held) {
      assert.ok(!server.received.some((request) => lastText(request).includes(`a${shown(id)}x0`)));
    }
  });

  test('its starter file runs on the sample endpoint, by characters and by meaning', async () => {
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data/in.jsonl'), readFileSync(STARTER));
    for (const parameters of [{}, { embedding_endpoint: 'sample', similarity: 1 }]) {
      const summary = await run({ endpoint: 'sample', ...recipe({ ratio: 0.3, ...parameters }) });
      assert.equal(summary.state, 'done');
      const kept = readLines('data/demo.jsonl');
      assert.ok(
        kept.some(({ id }) => shown(id).includes('-synth-')),
        JSON.stringify(rejects(summary)),
      );
      assert.deepEqual(Object.keys(kept.at(-1) ?? {}), [
        'openline_id',
        ...Object.keys(readLines('data/in.jsonl')[0] ?? {}),
      ]);
    }
  });
});

describe('judges', () => {
  const judged = (judge: JsonObject, ...rows: readonly JsonObject[]): JsonObject => {
    put(rows);
    const read = { id: 'rows', read: { files: 'data/in.jsonl', as: 'jsonl' } };
    return { endpoint: 'service', steps: [read, { id: 'verdict', judge }] };
  };

  test('criteria: any N turns the record down, an unreadable verdict keeps it and is counted', async () => {
    const server = await serve((request) => {
      const text = lastText(request);
      if (text.includes('odd')) return { text: 'I cannot say' };
      return { text: JSON.stringify({ criterion_1: 'Y', criterion_2: text.includes('bad') ? 'N' : 'Y' }) };
    });
    const pipeline = judged(
      { criteria: ['Complete.', 'Clear.'], attempts: 1 },
      ...['good', 'bad', 'odd'].map((name) => ({ name, question: name, context: 'c' })),
    );
    const summary = await run(pipeline, server);
    const verdicts = readLines('data/demo.jsonl').map(({ name, judge }) => [name, judge]);
    assert.deepEqual(verdicts, [
      ['good', { criterion_1: 'Y', criterion_2: 'Y' }],
      ['odd', null],
    ]);
    assert.equal(rejects(summary).length, 2);
    assert.ok(rejects(summary).some(([, reason]) => reason === 'criterion-not-met'));
    assert.ok(
      server.received.some((request) => lastText(request).includes('criterion_1: Complete.\ncriterion_2: Clear.')),
    );
  });

  test('compare: asked in both orders; a liking for the first place is a tie', async () => {
    const winnerOf = (text: string): string => {
      if (text.includes('fair')) return text.indexOf('best') < text.indexOf('worst') ? 'A' : 'B';
      return 'A';
    };
    const server = await serve((request) => ({
      text: JSON.stringify({ reason: 'r', winner: winnerOf(lastText(request)) }),
    }));
    const pipeline = judged(
      { compare: ['one', 'two'] },
      { prompt: 'fair', one: 'worst', two: 'best' },
      { prompt: 'fair', one: 'best', two: 'worst' },
      { prompt: 'biased', one: 'best', two: 'worst' },
    );
    const summary = await run(pipeline, server);
    assert.equal(summary.requests, 6);
    assert.deepEqual(
      readLines('data/demo.jsonl').map(({ judge }) => [objectOf(judge)['winner'], objectOf(judge)['votes']]),
      [
        ['B', ['B', 'B']],
        ['A', ['A', 'A']],
        ['tie', ['A', 'B']],
      ],
    );
  });
});

test('easiness and agreement: fields worked out, the topmost dropped, what cannot be worked out turned down', async () => {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => ({
    n,
    one: [1, 0],
    two: [n, 10 - n],
    a: 3,
    b: n % 2 ? 3 : 5,
  }));
  put([...rows, { n: 11, one: [1, 0], two: [1], a: 1, b: 1 }, { n: 12, two: [1, 1], a: 1, b: 1 }]);
  const summary = await run({
    steps: [
      { id: 'rows', read: { files: 'data/in.jsonl', as: 'jsonl' } },
      { id: 'easy', modify: { compute: { easiness: 'cosine(one, two)' }, remove: ['one', 'two'] } },
      { id: 'hard', rank: { score: 'easiness', quantile: 0.7 } },
      { id: 'agreed', modify: { compute: { same: 'agreement(a, b)', middle: 'mean(a, b)', apart: 'spread(a, b)' } } },
    ],
  });
  const kept = readLines('data/demo.jsonl');
  assert.deepEqual(
    kept.map(({ n }) => n),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(
    kept.slice(0, 2).map(({ same, middle, apart }) => [same, middle, apart]),
    [
      [0, 4, 2],
      [1, 3, 0],
    ],
  );
  assert.deepEqual(
    rejects(summary)
      .map(([, reason]) => reason)
      .toSorted(),
    ['above-quantile', 'above-quantile', 'above-quantile', 'missing-field', 'not-computable'],
  );
});
