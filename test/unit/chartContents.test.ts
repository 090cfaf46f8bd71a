import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChartBranch } from '../../src/protocol/studioCharts.ts';
import {
  barFigure,
  figuresText,
  keyPlaces,
  labelsBeside,
  latencySentence,
  rangeText,
  topicsKey,
  topicsSentence,
} from '../../webview/ui/charts/chartTexts.ts';
import { createWording } from '../../webview/ui/wording.ts';

const words = createWording({}, 'en');

const branch = (name: string, records: number, more: Partial<ChartBranch> = {}): ChartBranch => ({
  ...{ name, field: 'topic', step: null, records, rejected: 0, isThin: false, branches: [] },
  ...more,
});
const topics = (branches: readonly ChartBranch[]): ChartBranch =>
  branch(
    '',
    branches.reduce((sum, { records }) => sum + records, 0),
    {
      field: '',
      rejected: branches.reduce((sum, { rejected }) => sum + rejected, 0),
      branches,
    },
  );
const sentenceOf = (...branches: readonly ChartBranch[]): string => topicsSentence(topics(branches), words);

describe('what charts of records say', () => {
  it('of topics: how many, what was rejected, and which have few', () => {
    const [full, down, thin] = [branch('Tides', 30), branch('Reefs', 5, { rejected: 24 }), { isThin: true }];
    assert.equal(sentenceOf(full, branch('Winds', 6)), '36 records in 2 topics.');
    assert.equal(sentenceOf(branch('Tides', 1)), '1 record in 1 topic.');
    assert.equal(sentenceOf(full, down, branch('Ice', 1, thin)), '36 records in 3 topics, 24 rejected; 1 has few.');
    assert.equal(
      sentenceOf(full, branch('Ice', 1, thin), branch('Fog', 1, thin)),
      '32 records in 3 topics; 2 have few.',
    );
  });

  it('of topics: what the colours mean that are there', () => {
    const texts = (...branches: readonly ChartBranch[]) => topicsKey(branches, words).map(({ text }) => text);
    assert.deepEqual(texts(branch('Tides', 3)), []);
    assert.deepEqual(texts(branch('Tides', 3), branch('Ice', 1, { isThin: true })), ['Kept', 'Few records']);
    assert.deepEqual(texts(branch('Tides', 3, { rejected: 1 })), ['Kept', 'Rejected']);
  });

  it('of numbers: the range, median and mean', () => {
    const figures = { count: 3, mean: 1.94, median: 1.8, min: 1, max: 3 };
    assert.equal(figuresText(figures, 'number', words), '1 to 3, median 1.8, mean 1.94.');
    assert.equal(figuresText(figures, 'words', words), '1 to 3 words, median 1.8, mean 1.9.');
  });

  it('of latency: the median that the head of the Studio tells, where there is one', () => {
    const seconds = { mean: 0.335, longest: 0.9 };
    assert.equal(
      latencySentence({ ...seconds, median: 0.349 }, words),
      'An answer took 349 ms in the median, 335 ms on the average, 900 ms at the most.',
    );
    assert.equal(
      latencySentence({ ...seconds, median: null }, words),
      'An answer took 335 ms on the average, 900 ms at the most.',
    );
  });

  it('of a bar what was rejected, where anything was', () => {
    assert.equal(barFigure(1200, 0, words), '1,200');
    assert.equal(barFigure(60, 1, words), '60, 1 rejected');
  });

  it('of a range the one value, where both ends read alike', () => {
    assert.equal(rangeText({ from: 7, to: 7 }, words.rate, words), '7');
    assert.equal(rangeText({ from: 7, to: 8 }, words.rate, words), '7 to 8');
  });

  it('of labels nothing that the topics tell already, at any level', () => {
    const labels = ['area', 'topic', 'tone'].map((field) => ({ field, values: 2, counts: [] }));
    const tree = topics([branch('Sea', 2, { field: 'area', branches: [branch('Tides', 2)] })]);
    const fields = (of: ChartBranch | null) => labelsBeside({ labels, topics: of }).map(({ field }) => field);
    assert.deepEqual(fields(tree), ['tone']);
    assert.deepEqual(fields(null), ['area', 'topic', 'tone']);
  });
});

describe('the key of a chart', () => {
  const key = ['Kept', 'Few records', 'Rejected'].map((text) => ({ look: 'value' as const, text }));
  it('is one line where there is room, and several where it is narrow', () => {
    const wide = keyPlaces(key, 400);
    assert.deepEqual(
      wide.map(({ row }) => row),
      [0, 0, 0],
    );
    wide.slice(1).forEach(({ x }, at) => {
      assert.ok(x > (wide[at]?.x ?? 0) + 7 * (wide[at]?.text.length ?? 0), 'the words have room');
    });
    assert.deepEqual(
      keyPlaces(key, 100).map(({ x, row }) => [x === 0, row]),
      [
        [true, 0],
        [true, 1],
        [true, 2],
      ],
    );
  });
});
