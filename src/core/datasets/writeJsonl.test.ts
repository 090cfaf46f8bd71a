import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatRecord } from './writeJsonl.ts';

describe('a record as a line', () => {
  it('has its key first, then its fields as they stand', () => {
    assert.equal(
      formatRecord({ prompt: 'Why?', topic: 'Öl' }, [0, 2, 1], null),
      '{"id":"0.2.1","prompt":"Why?","topic":"Öl"}',
    );
    assert.equal(formatRecord({ '10': 'b', z: 1 }, [], null), '{"id":"0","10":"b","z":1}');
  });

  it('leaves the id of a record alone', () => {
    assert.equal(formatRecord({ id: 'mine', a: 1 }, [3], null), '{"openline_id":"3","id":"mine","a":1}');
    assert.equal(formatRecord({ openline_id: '7', id: 'mine' }, [3], null), '{"openline_id":"3","id":"mine"}');
    assert.equal(formatRecord({ id: 'mine' }, [3], ['id', 'openline_id']), '{"id":"mine","openline_id":"3"}');
  });

  it('has the fields that were asked for, in their order', () => {
    const fields = { topic: 't', reward: { helpfulness: 1.5 }, prompt: 'p' };
    assert.equal(formatRecord(fields, [1], ['prompt', 'topic']), '{"prompt":"p","topic":"t"}');
    assert.equal(
      formatRecord(fields, [1], ['id', 'reward.helpfulness', 'gone']),
      '{"id":"1","reward.helpfulness":1.5,"gone":null}',
    );
  });

  it('stays on one line and is JSON, whatever the text holds', () => {
    const text = 'line\nbreak \u2028 "quote" \u0000 \ud800';
    const line = formatRecord({ text }, [0], null);
    assert.equal(line.includes('\n'), false);
    assert.deepEqual(JSON.parse(line), { id: '0', text });
  });
});
