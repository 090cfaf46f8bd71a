import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadTokenCounter } from './tokens.ts';

describe('token counts', () => {
  it('are those of the encoding', async () => {
    const newer = await loadTokenCounter('o200k_base');
    const older = await loadTokenCounter('cl100k_base');
    assert.deepEqual(['', 'hello world', 'tiktoken is great!'].map(newer.count), [0, 2, 6]);
    assert.deepEqual(['', 'hello world', 'tiktoken is great!'].map(older.count), [0, 2, 6]);
    // Languages besides English are what the newer one is better at.
    assert.ok(newer.count('お誕生日おめでとう') < older.count('お誕生日おめでとう'));
  });

  it('take what looks like a special token for text', async () => {
    const { count } = await loadTokenCounter('o200k_base');
    assert.ok(count('<|endoftext|>') > 1);
  });

  it('tell at the limit whether a text fits', async () => {
    const { count, fits } = await loadTokenCounter('o200k_base');
    const text = 'Tides are the rise and fall of sea level.';
    const tokens = count(text);
    assert.deepEqual(
      [tokens - 1, tokens, tokens + 1].map((limit) => fits(text, limit)),
      [false, true, true],
    );
    assert.deepEqual(
      [-1, 0].map((limit) => fits('', limit)),
      [false, true],
    );
    assert.equal(fits('a', -1), false);
  });

  it('come to an end in one run of letters, too', async () => {
    const { count, fits } = await loadTokenCounter('o200k_base');
    const run = '潮汐是海水的周期性涨落现象'.repeat(2000);
    const tokens = count(run);
    assert.ok(tokens > 10_000 && tokens < 30_000);
    assert.equal(fits(run, tokens), true);
    assert.equal(fits(run, tokens - 1), false);
  });
});
