import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RankStep } from '../pipeline/plan.ts';
import type { JsonObject } from '../record/json.ts';
import { formatKey, type Key } from '../record/key.ts';
import type { Item } from '../record/record.ts';
import type { Passage } from './ordered.ts';
import { createRankRunner } from './rank.ts';

const BEST: RankStep['result'] = { kind: 'best', keep: 2 };
const PAIR: RankStep['result'] = {
  kind: 'pair',
  chosen: 'good',
  rejected: 'bad',
  scores: 'points',
  prompt: 'ask.text',
  answer: 'response',
  margin: 0,
};

function rank(result: RankStep['result'], by?: string): RankStep {
  const base = { id: 'ranked', kind: 'rank', from: [], prefixesKeys: false, score: 'reward.value' } as const;
  return { ...base, result, ...(by === undefined ? {} : { by }) };
}

const item = (key: Key, value: unknown, fields: JsonObject = {}, place: Key = key): Item => ({
  key,
  place,
  fields: { ...fields, ...(value === undefined ? {} : { reward: { value: value as number } }) },
});

/** Hands over the items in order, and gathers what each led to; the last entry is what came at the end. */
async function run(step: RankStep, items: readonly Item[]): Promise<readonly Passage[]> {
  const runner = createRankRunner(step);
  const context = { putAway: (away: Item) => () => structuredClone(away) };
  const passages: Passage[] = [];
  for (const next of items) passages.push(await runner.take(next, context));
  const left: Passage[] = [];
  for await (const passage of runner.end(context)) left.push(passage);
  return [
    ...passages,
    { records: left.flatMap(({ records }) => records), rejections: left.flatMap(({ rejections }) => rejections) },
  ];
}

const kept = (passage: Passage | undefined): readonly (readonly [string, string])[] =>
  passage?.records.map(({ item: { key }, place }) => [formatKey(key), formatKey(place ?? [])] as const) ?? [];
const reasons = (passage: Passage | undefined): readonly string[] =>
  passage?.rejections.map(({ item: { key }, reason }) => `${formatKey(key)} ${reason}`) ?? [];

describe('the best', () => {
  test('of each origin are kept, best first, as soon as the next begins', async () => {
    const passages = await run(rank(BEST), [
      item([0, 0], 1),
      item([0, 1], 3),
      item([0, 2], 3),
      item([1, 0], 5),
      item([2, 0, 7], 1),
    ]);
    assert.deepEqual(passages.slice(0, 3).map(kept), [[], [], []]);
    assert.deepEqual(kept(passages[3]), [
      ['0.1', '0.0'],
      ['0.2', '0.1'],
    ]);
    assert.deepEqual(reasons(passages[3]), ['0.0 not-best']);
    assert.equal(passages[3]?.rejections[0]?.message, 'reward.value is 1; the best 2 of 3 are kept, down to 3');
    assert.deepEqual(kept(passages[4]), [['1.0', '1.0']]);
    assert.deepEqual(kept(passages[5]), [['2.0.7', '2.0']]);
  });

  test('of all records are known at the end, whatever those were made from', async () => {
    const step: RankStep = { ...rank(BEST), all: true };
    const passages = await run(step, [
      item([0, 0], 1),
      item([0, 1], 3),
      item([1, 0], 7),
      item([2], Number.POSITIVE_INFINITY),
      item([3], 2),
    ]);
    assert.deepEqual(reasons(passages[3]), ['2 not-a-number']);
    assert.equal(passages[3]?.rejections[0]?.message, 'reward.value is too large a number');
    assert.deepEqual(kept(passages[5]), [
      ['1.0', '0.0'],
      ['0.1', '0.1'],
    ]);
    assert.deepEqual(reasons(passages[5]), ['3 not-best', '0.0 not-best']);
  });

  test('of each value of a field, and where the order was changed, are known at the end', async () => {
    const by = await run(rank({ kind: 'best', keep: 1 }, 'group'), [
      item([0], 1, { group: { b: 1, a: 2 } }),
      item([1], 2, { group: 'x' }),
      item([2], 4, { group: { a: 2, b: 1 } }),
      item([3], 9, {}),
    ]);
    assert.deepEqual(reasons(by[3]), ['3 missing-field']);
    assert.deepEqual(kept(by[4]), [
      ['2', '0.0'],
      ['1', '1.0'],
    ]);
    const shuffled = await run(rank({ kind: 'best', keep: 1 }), [
      item([0, 0], 1, {}, [0]),
      item([1, 0], 2, {}, [1]),
      item([0, 1], 3, {}, [2]),
    ]);
    assert.deepEqual(shuffled.slice(0, 3).map(kept), [[], [], []]);
    assert.deepEqual(kept(shuffled[3]), [
      ['0.1', '0.0'],
      ['1.0', '1.0'],
    ]);
  });

  test('are not looked for among records without a number', async () => {
    const passages = await run(rank(BEST), [item([0, 0], undefined), item([0, 1], 'high'), item([0, 2], 1)]);
    assert.deepEqual(passages.map(reasons), [['0.0 missing-field'], ['0.1 not-a-number'], [], []]);
    assert.deepEqual(kept(passages[3]), [['0.2', '0.0']]);
  });
});

describe('a pair', () => {
  const answer = (key: Key, value: number, response: string, more: JsonObject = {}): Item =>
    item(key, value, { ask: { text: 'Why?' }, source: 'a.md', response, ...more });

  test('has the best and the worst answer, their scores and what both have in common', async () => {
    const passages = await run(rank(PAIR), [
      answer([4, 0], 2, 'So so.', { n: 0 }),
      answer([4, 1], 1, 'No.', { n: 1 }),
      answer([4, 2], 3, 'Because.', { n: 2 }),
    ]);
    const [pair] = passages[3]?.records ?? [];
    assert.deepEqual(pair?.fields, {
      source: 'a.md',
      prompt: 'Why?',
      good: 'Because.',
      bad: 'No.',
      points: { chosen: 3, rejected: 1 },
    });
    assert.deepEqual(pair.key, [4]);
    assert.deepEqual(
      pair.madeFrom?.map(({ key }) => formatKey(key)),
      ['4.2', '4.1'],
    );
    assert.deepEqual(reasons(passages[3]), ['4.0 not-paired']);
  });

  test('takes two answers whose scores differ, by the margin at least', async () => {
    const outcome = async (margin: number, ...items: readonly Item[]): Promise<readonly string[]> => {
      const passages = await run(rank({ ...PAIR, margin }), items);
      return [...kept(passages.at(-1)).map(([key]) => key), ...reasons(passages.at(-1))];
    };
    assert.deepEqual(await outcome(0, answer([0, 0], 1, 'a')), ['0.0 too-few-answers']);
    assert.deepEqual(await outcome(0, answer([0, 0], 1, 'a'), answer([0, 1], 1, 'b')), ['0.0 tie', '0.1 tie']);
    assert.deepEqual(await outcome(1, answer([0, 0], 1, 'a'), answer([0, 1], 1.5, 'b')), ['0.0 margin', '0.1 margin']);
    assert.deepEqual(await outcome(0.5, answer([0, 0], 1, 'a'), answer([0, 1], 1.5, 'b')), ['0.1']);
    assert.deepEqual(await outcome(0, item([0, 0], 1), item([0, 1], 2)), ['0.0 missing-field', '0.1 missing-field']);
  });

  test('of a field’s value has the key of its first record, so that no two pairs have the same', async () => {
    const passages = await run(rank(PAIR, 'ask.text'), [
      answer([0], 1, 'a'),
      item([1], 1, { ask: { text: 'How?' }, response: 'x' }),
      answer([2], 2, 'b'),
      item([3], 2, { ask: { text: 'How?' }, response: 'y' }),
    ]);
    assert.deepEqual(
      passages.at(-1)?.records.map(({ key, fields }) => [key, fields?.['prompt'], fields?.['good']]),
      [
        [[0], 'Why?', 'b'],
        [[1], 'How?', 'y'],
      ],
    );
  });
});
