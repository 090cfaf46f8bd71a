import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fittingWidths } from '../../webview/ui/fittingWidths.ts';

describe('widths of columns that fit', () => {
  it('gives short values little room, and long ones not all of it', () => {
    const widths = fittingWidths(
      ['id', 'reason', 'text'],
      [
        { cells: ['1', 'no-list', 'x'.repeat(5_000)] },
        { cells: ['12', null, ''] },
        // A row may end early.
        { cells: ['13'] },
      ],
    );
    assert.deepEqual([...widths.keys()], ['id', 'reason', 'text']);
    const [id = 0, reason = 0, text = 0] = widths.values();
    assert.equal(id, 60);
    assert.ok(reason > 7 * 7 && reason < 100, String(reason));
    assert.equal(text, 320);
  });

  it('has room for the name above short values', () => {
    const [[, width] = ['', 0]] = fittingWidths(['scores.helpfulness'], [{ cells: ['1'] }]);
    assert.ok(width > 130 && width < 180, String(width));
  });
});
