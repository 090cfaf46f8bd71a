import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../record/json.ts';
import { seededRandom } from '../seededRandom.ts';
import { HashCounts } from './hashCounts.ts';
import { compareDatasets, DatasetSide, type Comparison } from './compareDatasets.ts';
import { Frequencies } from './frequencies.ts';
import { areaUnderCurve } from './logisticRegression.ts';
import { RecordStatistics, type RecordSummary } from './recordStatistics.ts';
import { Sample } from './sample.ts';

function near(actual: number | undefined | null, expected: number, within: number): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${String(actual)}, not ${expected}`);
}

describe('frequencies', () => {
  it('are exact while there is room', () => {
    const frequencies = new Frequencies();
    for (const name of ['a', 'b', 'a', 'c']) frequencies.add(name);
    assert.deepEqual([frequencies.total, frequencies.distinct, frequencies.exact], [4, 3, true]);
    assert.equal(frequencies.entropy(), 1.5);
    assert.deepEqual(frequencies.top(2), [
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('keep the frequent and estimate how many there are when there is none', () => {
    const frequencies = new Frequencies(1000);
    for (let index = 0; index < 20_000; index += 1) {
      frequencies.add(`rare ${index}`);
      frequencies.add(`often ${index % 3}`);
    }
    assert.equal(frequencies.exact, false);
    assert.equal([...frequencies.entries()].length <= 1000, true);
    near(frequencies.distinct, 20_003, 1500);
    assert.deepEqual(
      frequencies
        .top(3)
        .map(([name]) => name)
        .sort(),
      ['often 0', 'often 1', 'often 2'],
    );
  });
});

it('a sample has every element with the same chance', () => {
  const counts = new Map<number, number>();
  for (let seed = 0; seed < 400; seed += 1) {
    const sample = new Sample<number>(5, seededRandom(seed, []));
    for (let index = 0; index < 20; index += 1) sample.add(() => index);
    assert.equal(sample.elements.length, 5);
    for (const element of sample.elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  }
  for (let index = 0; index < 20; index += 1) near(counts.get(index), 100, 40);
});

function summary(records: readonly JsonObject[], only: readonly string[] | null = null): RecordSummary {
  const statistics = new RecordStatistics(null, only);
  for (const record of records) statistics.add(record);
  return statistics.summary();
}

describe('statistics of records', () => {
  it('tell of texts: lengths, vocabulary, n-grams, likeness', () => {
    const { texts } = summary([{ text: 'The cat sat.' }, { text: 'the cat sat!' }, { text: 'A dog ran away.' }, {}]);
    const text = texts['text'];
    assert.ok(text);
    assert.equal(text.texts, 3);
    assert.equal(text.words?.mean, 10 / 3);
    assert.deepEqual(text.vocabulary.words, 7);
    assert.deepEqual(text.distinct, { 1: 0.7, 2: 5 / 7, 3: 3 / 4 });
    assert.equal(text.repetition.sampled, 3);
    near(text.repetition.nearest, 0.5, 0.2);
  });

  it('tell of numbers, and of values that are none', () => {
    const { numbers } = summary([{ r: { h: 1 } }, { r: { h: 3 } }, { r: { h: 'x' } }, { r: {} }]);
    assert.equal(numbers['r.h']?.count, 2);
    assert.equal(numbers['r.h'].mean, 2);
    assert.equal(numbers['r.h'].notNumbers, 1);
    assert.equal(
      numbers['r.h'].histogram.reduce((sum, { count }) => sum + count, 0),
      2,
    );
  });

  it('count a field once a record, however many values stand in it', () => {
    const { fields, numbers } = summary([{ hits: [1, 2, 3] }, { hits: [] }, { hits: [4], name: 'x' }]);
    assert.equal(fields['hits'], 2);
    assert.equal(fields['name'], 1);
    assert.equal(numbers['hits']?.count, 4);
  });

  it('do not take what JSON reads as infinite for a number', () => {
    const records = ['{"score":1}', '{"score":1e999}', '{"score":3}'].map((line) => JSON.parse(line) as JsonObject);
    const score = summary(records).numbers['score'];
    assert.deepEqual([score?.count, score?.mean, score?.max, score?.notNumbers], [2, 2, 3, 1]);
  });

  it('tell of labels and topics, how even they are', () => {
    const records = ['a', 'a', 'a', 'b', 'b', 'b'].map((label, index) => ({
      label,
      ok: index < 5,
      topic: `t${index % 4}`,
    }));
    const { labels, topics } = summary(records);
    assert.equal(labels['label']?.balance, 1);
    assert.equal(labels['label'].largest, 0.5);
    near(labels['ok']?.balance, 0.65, 0.01);
    assert.equal(topics['topic']?.topics, 4);
    assert.deepEqual([topics['topic'].records?.min, topics['topic'].records?.max], [1, 2]);
  });

  it('take a conversation for one text, and only the texts that are wanted', () => {
    const record = {
      messages: [
        { role: 'user', content: 'Why so?' },
        { role: 'assistant', content: 'Because.' },
      ],
      x: 'y z',
    };
    assert.equal(summary([record]).texts['messages']?.words?.mean, 3);
    assert.deepEqual(Object.keys(summary([record], ['x']).texts), ['x']);
  });

  it('count words near words for people', () => {
    const { associations } = summary([
      { text: 'She is a scientist and loves physics. His kitchen is big. The rock is not.' },
    ]);
    assert.deepEqual(associations.mentions, { female: 1, male: 1 });
    assert.deepEqual(associations.near['science'], { female: 2, male: 2 });
    assert.deepEqual(associations.near['family'], { female: 1, male: 1 });
  });
});

describe('the area under the curve', () => {
  const of = (...scores: readonly (readonly [number, boolean])[]): number | null =>
    areaUnderCurve(scores.map(([score, positive]) => ({ score, positive })));
  it('is 1 when all are in order, 0.5 by chance, and knows ties', () => {
    assert.equal(of([1, false], [2, true]), 1);
    assert.equal(of([2, false], [1, true]), 0);
    assert.equal(of([1, false], [1, true]), 0.5);
    assert.equal(of([1, false], [2, true], [3, false], [4, true]), 0.75);
    assert.equal(of([1, true]), null);
  });
});

const WORDS = 'the a of to in on we see that is it and but or for so'.split(' ');
/** Texts of common words, of which some are from a list of their own. */
function texts(count: number, seed: number, own: (index: number) => readonly string[]): string[] {
  const random = seededRandom(seed, []);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: 30 }, () => pick(random() < 0.2 ? own(index) : WORDS)).join(' '),
  );
}

function compared(
  first: readonly JsonObject[],
  second: readonly JsonObject[],
  label: string | null = null,
): Comparison {
  const sides = [first, second].map((records) => {
    const side = new DatasetSide(null, 'text', label);
    for (const record of records) side.add(record);
    return side;
  });
  const [one, other] = sides;
  assert.ok(one && other);
  return compareDatasets(one, other, label !== null);
}

describe('counts of hashes', () => {
  it('are those of a map, however many there are', () => {
    const random = seededRandom(4, []);
    const counts = new HashCounts();
    const known = new Map<number, number>();
    for (let number = 0; number < 50_000; number += 1) {
      // Zero, neighbours, and numbers at the far end of what is exact.
      const hash = number % 3 === 0 ? Math.floor(random() * 5000) : Math.floor(random() * 2 ** 53);
      counts.add(hash);
      known.set(hash, (known.get(hash) ?? 0) + 1);
    }
    assert.equal(counts.size, known.size);
    assert.deepEqual(new Map(counts.entries()), known);
    assert.ok(counts.has([...known.keys()][7] ?? -1) && !counts.has(2 ** 53 - 3));
  });
});

describe('a comparison', () => {
  const common = (): readonly string[] => WORDS;
  const records = (list: readonly string[]): JsonObject[] => list.map((text) => ({ text }));

  it('of texts of one kind cannot tell them apart', () => {
    const result = compared(records(texts(150, 1, common)), records(texts(150, 2, common)));
    near(result.tellApart.auc, 0.5, 0.12);
    near(result.divergence['1'], 0, 0.02);
    assert.equal(result.covered['1'], 1);
    assert.equal(result.duplicates.exact, 0);
  });

  it('of texts of two kinds tells them apart, the same way each time', () => {
    const [first, second] = [records(texts(100, 1, common)), records(texts(100, 2, () => ['delve', 'tapestry']))];
    const result = compared(first, second);
    near(result.tellApart.auc, 1, 0.02);
    assert.ok((result.divergence['1'] ?? 0) > 0.1);
    assert.ok((result.covered['1'] ?? 1) < 0.9);
    assert.deepEqual(compared(first, second), result);
  });

  it('counts duplicates, case and white space aside, and near ones', () => {
    const [one = '', other = '', third = ''] = texts(3, 5, common);
    const result = compared(
      records([one, other]),
      records([one.toUpperCase(), `${other} once`, third, third, '', one]),
    );
    assert.equal(result.duplicates.exact, 2);
    assert.equal(result.duplicates.exactShare, 0.4);
    assert.deepEqual(result.withoutText, [0, 1]);
    near(result.duplicates.nearShare, 0.6, 0.001);
    assert.equal(result.tellApart.auc, null);
  });

  it('compares topics', () => {
    const topic = (...names: string[]): JsonObject[] => names.map((name) => ({ text: 'x', topic: name }));
    assert.deepEqual(compared(topic('a', 'b', 'b'), topic('b', 'c', 'd')).topics, {
      both: 1,
      onlyFirst: 1,
      onlySecond: 2,
    });
    assert.equal(compared(records(['x']), records(['y'])).topics, null);
  });

  it('tells what synthetic texts add to a model', () => {
    const kinds = { m: ['sum', 'proof'], b: ['cell', 'leaf'] } as const;
    const labelled = (count: number, seed: number, swap = false): JsonObject[] =>
      texts(count, seed, (index) => kinds[(index % 2 === 0) === swap ? 'm' : 'b']).map((text, index) => ({
        text,
        label: index % 2 === 0 ? 'b' : 'm',
      }));
    const good = compared(labelled(60, 1), labelled(60, 2), 'label').usefulness;
    assert.ok(good !== null && typeof good === 'object');
    assert.deepEqual([good.labels, good.heldOut, good.authentic.trainedOn, good.both.trainedOn], [2, 18, 42, 102]);
    assert.ok(good.both.accuracy > 0.9 && good.synthetic.accuracy > 0.9, JSON.stringify(good));
    // Wrong labels teach the wrong thing.
    const bad = compared(labelled(60, 1), labelled(60, 2, true), 'label').usefulness;
    assert.ok(bad !== null && typeof bad === 'object' && bad.synthetic.accuracy < 0.1, JSON.stringify(bad));
    const few = compared(labelled(8, 1), labelled(8, 2), 'label').usefulness;
    assert.match(typeof few === 'string' ? few : '', /under 20/u);
  });
});

describe('embeddings', () => {
  it('fall into clusters; what is none is counted, never a crash', () => {
    const statistics = new RecordStatistics(null, null, { embeddings: ['vector'] });
    const random = seededRandom(9, []);
    for (let number = 0; number < 90; number += 1) {
      const vector = [0, 0, 0].map((_, at) => (at === (number < 60 ? 0 : 1) ? 1 : random() / 100));
      statistics.add({ text: 'x', vector });
    }
    for (const vector of ['x', [1, 'a', 2], [1, 2], [0, 0, 0], []]) statistics.add({ vector });
    statistics.add({ text: 'without' });
    const summary = statistics.summary();
    const found = summary.embeddings['vector'];
    assert.deepEqual(
      [found?.embeddings, found?.dimensions, found?.missing, found?.unusable, found?.sampled],
      [90, 3, 1, 5, 90],
    );
    near(found?.nearDuplicates, 1, 0);
    // 60·59/2 + 30·29/2 of 90·89/2 pairs lie in one of the two directions.
    near(found?.meanCosine, (60 * 59 + 30 * 29) / (90 * 89), 0.02);
    near(
      found?.clusters.reduce((sum, share) => sum + share, 0),
      1,
      1e-9,
    );
    assert.equal(summary.numbers['vector'], undefined);
  });

  it('that are all the same are one cluster', () => {
    const statistics = new RecordStatistics(null, null, { embeddings: ['v'] });
    for (let number = 0; number < 10; number += 1) statistics.add({ v: [0.6, 0.8] });
    assert.deepEqual(statistics.summary().embeddings['v']?.clusters, [1]);
  });
});

describe('a sample of the texts', () => {
  it('tells about the same as all of them, and says how many it is', () => {
    const all = new RecordStatistics(null);
    const some = new RecordStatistics(null, null, { share: 0.2 });
    const random = seededRandom(2, []);
    for (let number = 0; number < 5000; number += 1) {
      const text = Array.from({ length: 5 + Math.floor(random() * 10) }, () => `w${Math.floor(random() * 50)}`).join(
        ' ',
      );
      all.add({ text });
      some.add({ text });
    }
    const [whole, part] = [all.summary().texts['text'], some.summary().texts['text']];
    assert.deepEqual([whole?.measured, part?.texts], [5000, 5000]);
    near(part?.measured, 1000, 100);
    near(part?.words?.mean, whole?.words?.mean ?? 0, 0.3);
    assert.deepEqual(part?.characters, whole?.characters);
  });
});
