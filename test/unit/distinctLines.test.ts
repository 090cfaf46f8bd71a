import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distinctLines } from '../../webview/setup/distinctLines.ts';

describe('distinctLines', () => {
  it('takes the first line at which texts of one template differ', () => {
    const texts = ['Read this:\n\nTides rise.\nAnd fall.', 'Read this:\n\nReefs grow.\nAnd fall.'];
    assert.deepEqual(distinctLines(texts), ['Tides rise.', 'Reefs grow.']);
  });

  it('takes the first line of texts that are the same, and of one alone', () => {
    assert.deepEqual(distinctLines(['Same\nas ever', 'Same\nas ever']), ['Same', 'Same']);
    assert.deepEqual(distinctLines(['\n One\nof a kind']), ['One']);
    assert.deepEqual(distinctLines([]), []);
  });

  it('passes over a place where one of the texts says nothing', () => {
    assert.deepEqual(distinctLines(['a\n\nb', 'a\nx\nc']), ['b', 'c']);
  });
});
