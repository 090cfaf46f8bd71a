import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wholeView, type ResultPage } from '../../src/protocol/studio.ts';
import { rejectColumns } from '../../webview/studio/rejectColumns.ts';
import { rowsOf } from '../../webview/studio/shownColumns.ts';
import { createWording } from '../../webview/ui/wording.ts';

const words = createWording({}, 'en');
const names = ['id', 'at', 'step', 'reason', 'message', 'fields.macro_topic', 'fields.step', 'score', 'steps'];

function pageOf(cells: readonly (string | null)[], broken: ResultPage['rows'][number]['broken'] = null): ResultPage {
  const review = null;
  const counts = {
    ...{
      view: wholeView('rejects'),
      total: 1,
      matched: 1,
      searching: false,
      problem: null,
      leftOut: null,
      revision: 0,
    },
    review,
  };
  return { counts, columns: names, start: 0, rows: [{ line: 4, cells, broken, review }] };
}

describe('the table of what was turned down', () => {
  it('tells first what, where and why, then the fields of the record under their own names', () => {
    const columns = rejectColumns(names, words);
    assert.deepEqual(
      columns.map(({ label }) => label),
      ['id', 'step', 'reason', 'message', 'macro_topic', 'fields.step', 'score'],
    );
    // What it is sorted and searched by.
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['id', 'step', 'reason', 'message', 'fields.macro_topic', 'fields.step', 'score'],
    );
    const widest = columns.toSorted((one, other) => (other.most ?? 0) - (one.most ?? 0))[0];
    assert.equal(widest?.name, 'message');
  });

  it('has the reason in plain words, and each cell below its own head', () => {
    const columns = rejectColumns(names, words);
    const page = pageOf([
      '0.1',
      'topics/0.1/0',
      'topics',
      'no-list',
      'the answer holds no list',
      'Sea',
      null,
      '2',
      '[]',
    ]);
    const [row] = rowsOf(page, columns);
    assert.equal(row?.line, 4);
    assert.deepEqual(row.cells, [
      ...['0.1', 'topics', 'no list in the answer', 'the answer holds no list', 'Sea', null, '2'],
    ]);
  });

  it('leaves a line that cannot be read as it is', () => {
    const [row] = rowsOf(pageOf(['{"id', null], 'not-json'), rejectColumns(names, words));
    assert.equal(row?.cells[0], '{"id');
  });

  it('shows what there is of an older run’s columns', () => {
    assert.deepEqual(
      rejectColumns(['step', 'id', 'fields.topic'], words).map(({ label }) => label),
      ['id', 'step', 'topic'],
    );
  });
});
