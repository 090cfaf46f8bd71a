import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pipeline, PlanFixture } from '../pipeline/planFixture.ts';
import { estimateRun, type Estimate } from './estimate.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

async function estimate(...lines: readonly string[]): Promise<Estimate> {
  return estimateRun(await fixture.plan(pipeline(...lines)), fixture.context.profiles);
}

test('a dialogue is estimated side by side, and its prompts grow with what has been said', async () => {
  const dialogue = (turns: number) =>
    estimate(
      'generation: { max_tokens: 100 }',
      'recipe: dialogue',
      `with: { openlines: [a, b], n_user_turns: ${turns}, user_endpoint: local }`,
    );
  const three = await dialogue(3);
  assert.equal(three.records, 2);
  assert.deepEqual(
    three.steps.map(({ side, endpoint, requests }) => [side, endpoint, requests.likely]),
    [
      ['user', 'local', 4],
      ['assistant', 'sample', 6],
    ],
  );
  assert.equal(three.requests.likely, 10);
  assert.equal(three.steps[1]?.completionTokens.high, 600);
  const six = await dialogue(6);
  const each = ({ steps }: Estimate): number => (steps[1]?.promptTokens.likely ?? 0) / (steps[1]?.requests.likely ?? 1);
  assert.ok(each(six) > 1.5 * each(three), 'the longer dialogue has longer prompts');
  assert.deepEqual(
    (await dialogue(1)).steps.map(({ side, requests }) => [side, requests.likely]),
    [['assistant', 2]],
  );
});

test('a two-turn prompt takes two requests, a classification one, n answers one', async () => {
  const of = async (recipe: string, parameters: string) => {
    const { records, requests } = await estimate(`recipe: ${recipe}`, `with: { ${parameters} }`);
    return [records, requests.likely];
  };
  assert.deepEqual(await of('two-turn', 'openlines: [a, b, c]'), [3, 6]);
  assert.deepEqual(await of('classify-entities', 'entities: [a, b]'), [2, 2]);
  assert.deepEqual(await of('answers', 'prompts: [a, b], n: 4'), [8, 2]);
});

test('scores, verdicts and vectors are counted: a request a record, batches for vectors', async () => {
  const { records, steps, requests } = await estimate(
    'steps:',
    '  - { id: p, read: { values: [a, b, c], into: prompt } }',
    '  - { id: a, generate: { prompt: answer, n: 4, expect: { text: response } } }',
    '  - { id: s, reward: {} }',
    '  - { id: j, judge: { generation: { max_tokens: 50 } } }',
    '  - { id: v, embed: { field: response, batch_size: 5 } }',
    '  - { id: r, rank: { score: reward.helpfulness, keep: 2 } }',
    '  - { id: x, generate: { prompt: answer, expect: { json: { type: object } } } }',
  );
  assert.equal(records, 6);
  assert.deepEqual(
    steps.map(({ step, requests: each }) => [step, each.low, each.likely, each.high]),
    [
      ['a', 3, 3, 3],
      ['s', 12, 12, 12],
      ['j', 12, 12, 12],
      ['v', 3, 3, 12],
      ['x', 6, 6, 6],
    ],
  );
  assert.equal(requests.likely, 36);
  const [scored, judged, vectors] = steps.slice(1, 4);
  assert.ok(scored !== undefined && judged !== undefined && vectors !== undefined);
  assert.equal(judged.completionTokens.high, 12 * 50);
  assert.equal(vectors.completionTokens.high, 0);
  assert.ok(vectors.promptTokens.likely > 12 * 100, 'an answer is longer than a word');
  assert.ok(scored.promptTokens.likely > vectors.promptTokens.likely);
});

test('records of files are counted, and what is drawn of them is what is asked about', async () => {
  const lines = (count: number) => `${JSON.stringify({ text: 'The tide comes in.' })}\n`.repeat(count);
  await fixture.put('few.jsonl', lines(10));
  await fixture.put('many.jsonl', lines(40_000));
  const asked = async (read: string, ...between: readonly string[]) => {
    const { steps } = await estimate(
      'steps:',
      `  - { id: d, read: { ${read} } }`,
      ...between,
      "  - { id: a, generate: { prompt: { text: '{text}' }, expect: { text: answer } } }",
    );
    return steps.at(-1)?.requests.likely;
  };
  assert.equal(await asked('files: few.jsonl'), 10);
  assert.equal(await asked('files: few.jsonl, sample: { count: 3 }'), 3);
  assert.equal(await asked('files: few.jsonl', '  - { id: s, sample: { ratio: 0.001, at_least: 1 } }'), 1);
  const many = (await asked('files: [few.jsonl, many.jsonl]')) ?? 0;
  assert.ok(Math.abs(many - 40_010) < 400, `${many} records`);
});

test('the rounds of a fine-tuning set are estimated by ratio and target, between all that may be dropped and nothing', async () => {
  const line = JSON.stringify({ id: 1, title: 't', question: 'q', answer: 'a', question_score: 1, answer_score: 1 });
  await fixture.put('questions.jsonl', `${line}\n`.repeat(10));
  const asked = async (parameters: string) => {
    const { requests, steps } = await estimate(
      'recipe: peft-curation',
      `with: { jsonl: [questions.jsonl], n_variants: 3, ${parameters} }`,
    );
    const { low, likely, high } = requests;
    // How many answers have to be converted is another guess.
    return [low, steps.map((step) => Math.floor(step.requests.likely)), likely <= high] as const;
  };
  assert.deepEqual(await asked('rounds: 1, ratio: 1'), [0, [10, 10, 10, 30], true]);
  assert.deepEqual(await asked('rounds: 2, ratio: 0.2'), [0, [2, 2, 2, 6, 3, 3, 3, 9], true]);
  // Forty records are enough after the first round, unless it drops some: then the second makes variants of 14 at most.
  assert.deepEqual(await asked('rounds: 2, ratio: 1, target: 15'), [0, [10, 10, 10, 30, 0, 0, 0, 0], true]);
  const { steps } = await estimate(
    'recipe: peft-curation',
    'with: { jsonl: [questions.jsonl], n_variants: 3, rounds: 2, ratio: 1, target: 15 }',
  );
  assert.deepEqual(
    steps.filter(({ step }) => step.startsWith('scored')).map(({ requests }) => requests.high),
    [30, 42],
  );
  assert.deepEqual(await asked('rounds: 3, ratio: 1, target: 10'), [0, Array.from({ length: 12 }, () => 0), true]);
});

test('a preference pair comes of each prompt', async () => {
  const { records, requests } = await estimate('recipe: preference', 'with: { prompts: [a, b, c], n: 5 }');
  assert.deepEqual([records, requests.likely], [3, 18]);
});
