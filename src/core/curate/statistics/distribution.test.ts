import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Distribution } from './distribution.ts';

function near(actual: number | undefined | null, expected: number, within: number): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= within, `${String(actual)}, not ${expected}`);
}

describe('a distribution', () => {
  it('keeps small numbers apart', () => {
    const distribution = new Distribution();
    for (const value of [0.001, 0.002, 0.002, 0.004]) distribution.add(value);
    assert.equal(distribution.summary()?.median, 0.002);
    assert.deepEqual(distribution.histogram(4), [
      { from: 0.001, to: 0.001, count: 1 },
      { from: 0.002, to: 0.002, count: 2 },
      { from: 0.003, to: 0.003, count: 0 },
      { from: 0.004, to: 0.004, count: 1 },
    ]);
  });

  it('is exact for small whole numbers', () => {
    const distribution = new Distribution();
    for (let value = 1; value <= 100; value += 1) distribution.add(value);
    const { histogram, ...summary } = distribution.summary() ?? { histogram: [] };
    assert.equal(histogram.length, 20);
    assert.deepEqual(summary, {
      count: 100,
      mean: 50.5,
      deviation: Math.sqrt(833.25),
      min: 1,
      p5: 5,
      p25: 25,
      median: 50,
      p75: 75,
      p95: 95,
      max: 100,
    });
    assert.deepEqual(distribution.histogram(3), [
      { from: 1, to: 34, count: 34 },
      { from: 35, to: 68, count: 34 },
      { from: 69, to: 100, count: 32 },
    ]);
  });

  it('has a bin for each of few steps, and as many steps in each bin where there are more', () => {
    const binsOf = (values: readonly number[]): readonly string[] => {
      const distribution = new Distribution();
      for (const value of values) distribution.add(value);
      return distribution.histogram(20).map(({ from, to, count }) => `${from} to ${to}: ${count}`);
    };
    const steps = (count: number, step: number): readonly number[] =>
      Array.from({ length: count }, (_, at) => at * step);
    assert.deepEqual(binsOf([7, 9, 9, 10]), ['7 to 7: 1', '8 to 8: 0', '9 to 9: 2', '10 to 10: 1']);
    assert.deepEqual(binsOf([2, 0.5, 1]), ['0.5 to 0.5: 1', '1 to 1: 1', '1.5 to 1.5: 0', '2 to 2: 1']);
    assert.deepEqual(binsOf([0.1, 0.2, 0.1 + 0.2]), ['0.1 to 0.1: 1', '0.2 to 0.2: 1', '0.3 to 0.3: 1']);
    assert.deepEqual(
      binsOf(steps(10, 1 / 3)).map((bin) => bin.split(': ')[1]),
      Array.from({ length: 10 }, () => '1'),
    );
    const [first, ...others] = binsOf(steps(35, 1).map((year) => 1990 + year));
    assert.equal(first, '1990 to 1991: 2');
    assert.ok(
      others.slice(0, -1).every((bin) => bin.endsWith(': 2')),
      others.join(', '),
    );
    assert.equal(others.at(-1), '2024 to 2024: 1');
    // Whole numbers that are no steps of one length.
    assert.deepEqual(binsOf([0, 2, 5]), ['0 to 0: 1', '1 to 1: 0', '2 to 2: 1', '3 to 3: 0', '4 to 4: 0', '5 to 5: 1']);
    assert.equal(binsOf([0, 0.4, 1]).length, 20);
    assert.deepEqual(binsOf([-1e308, 0, 1e308]), ['-1e+308 to 1e+308: 3']);
  });

  it('fills the bins of very many numbers evenly, whatever they are rounded to', () => {
    const distribution = new Distribution();
    for (let value = 0; value < 12_000; value += 1) distribution.add(400 + value / 10);
    const counts = distribution.histogram(20).map(({ count }) => count);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      12_000,
    );
    // All but the last are equally wide.
    for (const count of counts.slice(0, -1)) near(count, counts[1] ?? 0, 60);
  });

  it('counts numbers that are rounded where they were', () => {
    const distribution = new Distribution();
    for (let value = 0; value < 5000; value += 1) distribution.add(1 + value / 100_000);
    const bins = distribution.histogram(20);
    // Those at the ends are half as wide, and say so.
    const counts = bins.map(({ count }) => count);
    counts.forEach((count, at) => near(count, at === 0 || at === counts.length - 1 ? 500 : 1000, 10));
    bins.slice(1).forEach(({ from }, at) => {
      assert.equal(from, bins[at]?.to);
    });
    assert.equal(bins[1]?.from, 1.005);
  });

  it('counts another’s numbers in its own bins', () => {
    const [all, part] = [new Distribution(), new Distribution()];
    for (let value = 0; value < 4; value += 1) all.add(value);
    part.add(2);
    assert.deepEqual(
      all
        .plus(part)
        .histogram(20, part)
        .map(({ count }) => count),
      [0, 0, 1, 0],
    );
  });

  it('is within a percent for others, below zero too', () => {
    const distribution = new Distribution();
    for (let value = -5000; value <= 5000; value += 1) distribution.add(value * 1.37);
    const summary = distribution.summary();
    near(summary?.p25, -2500 * 1.37, 35);
    near(summary?.p95, 4500 * 1.37, 63);
    assert.equal(summary?.max, 5000 * 1.37);
    assert.equal(new Distribution().summary(), null);
  });

  it('has bins that take every number, and far ones do not press the others into one', () => {
    const distribution = new Distribution();
    for (let value = 1; value <= 1000; value += 1) distribution.add(value);
    distribution.add(1_000_000);
    const bins = distribution.summary()?.histogram ?? [];
    assert.equal(bins[0]?.from, 1);
    assert.equal(bins.at(-1)?.to, 1_000_000);
    bins.slice(1).forEach(({ from }, at) => {
      assert.equal(from, (bins[at]?.to ?? 0) + 1);
    });
    assert.equal(
      bins.reduce((sum, { count }) => sum + count, 0),
      1001,
    );
    assert.ok(
      bins.every(({ count }) => count < 100),
      JSON.stringify(bins),
    );
  });

  it('has one bar where all numbers are the same', () => {
    const distribution = new Distribution();
    distribution.add(2);
    distribution.add(2);
    assert.deepEqual(distribution.histogram(5), [{ from: 2, to: 2, count: 2 }]);
  });
});
