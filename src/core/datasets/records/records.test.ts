import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { PlanFixture } from '../../pipeline/planFixture.ts';
import { parseJson, type Json } from '../../record/json.ts';
import { splitJson } from './splitJson.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
});
after(async () => {
  await fixture.dispose();
});

async function readOf(name: string, content: string | Uint8Array, options = ''): Promise<readonly unknown[]> {
  await fixture.put(name, content);
  return fixture.read(`files: ${name}${options}`);
}

describe('a table', () => {
  it('gives a record a row, with quotes, line breaks in cells, blank lines and Windows line ends', async () => {
    const csv = '\uFEFFq,a\r\n"one, ""two""",1\r\n\r\n"two\nlines",é\r\n5" pipe,';
    assert.deepEqual(await readOf('rows.csv', csv, ', source: s, index: i'), [
      ['0', { q: 'one, "two"', a: '1', s: 'rows.csv:2', i: 0 }],
      ['1', { q: 'two\nlines', a: 'é', s: 'rows.csv:4', i: 1 }],
      ['2', { q: '5" pipe', a: '', s: 'rows.csv:6', i: 2 }],
    ]);
  });

  it('names rows with cells too many or too few, or not in UTF-8, and reads the others', async () => {
    const rows = Buffer.concat([
      Buffer.from('a,b\n1\n1,2,3\n'),
      Buffer.from([0x31, 0x2c, 0xe9]),
      Buffer.from('\n4,5\n'),
    ]);
    assert.deepEqual(await readOf('ragged.csv', rows), [
      ['0', 'ragged-row', 'ragged.csv:2'],
      ['1', 'ragged-row', 'ragged.csv:3'],
      ['2', 'not-utf8', 'ragged.csv:4'],
      ['3', { a: '4', b: '5' }],
    ]);
  });

  it('tells where a quote that is never closed takes the rest along', async () => {
    assert.deepEqual(await readOf('open.csv', 'a,b\n1,2\n3,"open\n4,5\n'), [
      ['0', { a: '1', b: '2' }],
      ['1', 'broken-row', 'open.csv:3'],
    ]);
    const endless = `a,b\n1,"open\n${'x'.repeat(99)}\n`.padEnd(17 * 1024 * 1024, 'word,word\n');
    const found = await readOf('endless.csv', endless);
    assert.deepEqual(found[0], ['0', 'broken-row', 'endless.csv:2']);
    assert.ok(found.length > 1, 'goes on behind it');
  });

  it('may be separated otherwise, have no header, or one with gaps', async () => {
    assert.deepEqual(await readOf('tabs.tsv', 'a\tb\n1,5\tx'), [['0', { a: '1,5', b: 'x' }]]);
    assert.deepEqual(await readOf('semi.csv', 'a;b\n1,5;x', ", delimiter: ';'"), [['0', { a: '1,5', b: 'x' }]]);
    assert.deepEqual(await readOf('bare.csv', '1,2', ', columns: [x, y]'), [['0', { x: '1', y: '2' }]]);
    assert.deepEqual(await readOf('gaps.csv', 'a,,a\n1,2,3'), [['0', { a: '1', column_2: '2', column_3: '3' }]]);
    assert.deepEqual(await readOf('empty.csv', ''), []);
  });
});

describe('JSON', () => {
  it('is a list of records, one record, or records one after the other', async () => {
    assert.deepEqual(await readOf('list.json', '[\n {"a":1},\n\n {"a":"],"}\n]\n', ', source: s'), [
      ['0', { a: 1, s: 'list.json:2' }],
      ['1', { a: '],', s: 'list.json:4' }],
    ]);
    assert.deepEqual(await readOf('one.json', '{"a":{"b":[1]}}'), [['0', { a: { b: [1] } }]]);
    assert.deepEqual(await readOf('many.json', '{"a":1}\n{"a":2}{"a":3}'), [
      ['0', { a: 1 }],
      ['1', { a: 2 }],
      ['2', { a: 3 }],
    ]);
    assert.deepEqual(await readOf('none.json', '[]'), []);
  });

  it('names what is wrong by its line and reads the rest', async () => {
    const mixed = '[{"a":1},\n{"a":},\n5,\n{"a":2}\n] x';
    assert.deepEqual(await readOf('mixed.json', mixed), [
      ['0', { a: 1 }],
      ['1', 'not-json', 'mixed.json:2'],
      ['2', 'not-an-object', 'mixed.json:3'],
      ['3', { a: 2 }],
      ['4', 'not-json', 'mixed.json:5'],
    ]);
    assert.deepEqual(await readOf('cut.json', '[{"a":1},\n{"a":"x'), [
      ['0', { a: 1 }],
      ['1', 'not-json', 'cut.json:2'],
    ]);
    assert.deepEqual(await readOf('open.json', '[{"a":1},'), [
      ['0', { a: 1 }],
      ['1', 'not-json', 'open.json:1'],
    ]);
    assert.deepEqual(await readOf('text.json', '"words"'), [['0', 'not-json', 'text.json:1']]);
    assert.deepEqual(await readOf('blank.json', ' \n'), [['0', 'empty-document', 'blank.json:']]);
  });

  it('comes apart the same wherever the file is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(2),
        async (values, size, indent) => {
          const bytes = Buffer.from(JSON.stringify(values, null, indent));
          const read: (Json | undefined)[] = [];
          for await (const { bytes: record } of splitJson(piecesOf(bytes, size))) {
            read.push(parseJson(record?.toString('utf8') ?? ''));
          }
          assert.deepEqual(read, JSON.parse(JSON.stringify(values)));
        },
      ),
    );
  });

  it('holds no record that is longer than the limit', async () => {
    const lengths: (number | undefined)[] = [];
    for await (const { bytes } of splitJson(piecesOf(Buffer.from('[{"a":"0123456789"},{"a":1}]'), 4), 10)) {
      lengths.push(bytes?.length);
    }
    assert.deepEqual(lengths, [undefined, 7]);
  });
});

function piecesOf(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => index * size);
  return ReadableStream.from(starts.map((start) => bytes.subarray(start, start + size)));
}

describe('Parquet', () => {
  it('gives a record a row, in plain JSON', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'q', data: ['x', 'é', null], type: 'STRING' },
        { name: 'n', data: [1n, 9007199254740993n, 3n], type: 'INT64' },
        { name: 'd', data: [new Date(0), new Date(1e12), null], type: 'TIMESTAMP' },
        { name: 'j', data: [{ a: [1] }, null, 'z'], type: 'JSON' },
      ],
      rowGroupSize: 2,
    });
    assert.deepEqual(await readOf('t.parquet', new Uint8Array(file), ', source: s'), [
      ['0', { q: 'x', n: 1, d: '1970-01-01T00:00:00.000Z', j: { a: [1] }, s: 't.parquet:1' }],
      ['1', { q: 'é', n: '9007199254740993', d: '2001-09-09T01:46:40.000Z', j: null, s: 't.parquet:2' }],
      ['2', { q: null, n: 3, d: null, j: 'z', s: 't.parquet:3' }],
    ]);
    assert.deepEqual(await fixture.read('files: t.parquet, field: q, keep_fields: false, into: text'), [
      ['0', { text: 'x' }],
      ['1', { text: 'é' }],
      ['2', 'missing-field', 't.parquet:3'],
    ]);
  });

  it('that is broken is named', async () => {
    assert.deepEqual(await readOf('broken.parquet', 'PAR1 not really'), [['0', 'damaged-file', 'broken.parquet:']]);
  });
});

describe('records of any format', () => {
  it('keep the fields that are listed, in that order; without one of them they are not read', async () => {
    const lines = '{"a":1,"b":{"c":2},"d":3}\n{"a":1}\n';
    assert.deepEqual(await readOf('f.jsonl', lines, ', fields: [b.c, a]'), [
      ['0', { 'b.c': 2, a: 1 }],
      ['1', 'missing-field', 'f.jsonl:2'],
    ]);
    assert.deepEqual(await readOf('g.csv', 'q,a,x\n1,2,3', ', field: q, fields: [a]'), [['0', { a: '2', q: '1' }]]);
  });

  it('in UTF-16 are read as others are', async () => {
    const marked = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    assert.deepEqual(await readOf('u.jsonl', marked('{"a":"ü"}\r\n{"a":2}')), [
      ['0', { a: 'ü' }],
      ['1', { a: 2 }],
    ]);
    assert.deepEqual(await readOf('u.csv', marked('a\nü\n')), [['0', { a: 'ü' }]]);
    assert.deepEqual(await readOf('u.json', marked('[{"a":"ü"}]')), [['0', { a: 'ü' }]]);
  });

  it('are an error where the step is strict, with file and line', async () => {
    await fixture.put('strict.csv', 'a,b\n1,2\n3\n');
    await assert.rejects(
      fixture.read('files: strict.csv, strict: true'),
      /Step r, record 1: strict\.csv:3: the row has 1 cell/u,
    );
    await fixture.put('strict.txt', '');
    await assert.rejects(fixture.read('files: strict.txt, strict: true'), /strict\.txt: the file is empty/u);
  });
});
