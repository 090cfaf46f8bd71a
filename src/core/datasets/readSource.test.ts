import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ReadStep } from '../pipeline/plan.ts';
import type { SourceFile } from '../pipeline/sourcePlan.ts';
import { readLines } from './readLines.ts';
import { formatOf } from './sourceFormats.ts';
import { readSource, type SourceEntry } from './readSource.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-read-'));
});

after(async () => {
  await rm(folder, { recursive: true });
});

async function entriesOf(source: ReadStep['source']): Promise<SourceEntry[]> {
  return collect(readSource({ kind: 'read', id: 'docs', from: [], prefixesKeys: false, source }));
}

async function collect<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const entry of entries) collected.push(entry);
  return collected;
}

async function put(name: string, content: string | Buffer, as = formatOf(name)): Promise<SourceFile> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { path, shown: `docs/${name}`, as };
}

const plain = { kind: 'files', into: 'text', keepFields: true, strict: false } as const;

function told(entries: readonly SourceEntry[]): unknown[] {
  return entries.map((entry) =>
    entry.kind === 'record'
      ? [entry.key.join('.'), entry.fields]
      : [entry.key.join('.'), entry.reason, entry.position.file, entry.position.line],
  );
}

describe('lists', () => {
  it('give a record a value with its index and place', async () => {
    const source = {
      kind: 'list',
      values: ['a', ' ', 'c'],
      field: 'text',
      indexField: 'document',
      sourceField: 'source',
      label: 'documents',
    } as const;
    assert.deepEqual(told(await entriesOf(source)), [
      ['0', { text: 'a', document: 0, source: 'documents:1' }],
      ['1', 'empty-document', 'documents', undefined],
      ['2', { text: 'c', document: 2, source: 'documents:3' }],
    ]);
  });

  it('combine, the last varying fastest', async () => {
    const fields = [
      { field: 'topic', values: ['x', 'y'] },
      { field: 'kind', values: ['essay', 'poem'] },
    ];
    assert.deepEqual(told(await entriesOf({ kind: 'cross', fields, label: 'pairs' })), [
      ['0.0', { topic: 'x', kind: 'essay' }],
      ['0.1', { topic: 'x', kind: 'poem' }],
      ['1.0', { topic: 'y', kind: 'essay' }],
      ['1.1', { topic: 'y', kind: 'poem' }],
    ]);
  });
});

describe('text files', () => {
  it('give a record a file, without byte-order mark and carriage returns', async () => {
    const files = [await put('a.md', '\uFEFFone\r\ntwo'), await put('b.md', '$& {x}')];
    const source = { ...plain, files, field: null, indexField: 'document', sourceField: 'source' } as const;
    assert.deepEqual(told(await entriesOf(source)), [
      ['0', { text: 'one\ntwo', document: 0, source: 'docs/a.md' }],
      ['1', { text: '$& {x}', document: 1, source: 'docs/b.md' }],
    ]);
  });

  it('name what cannot be read and keep the keys of the others', async () => {
    const files = [
      await put('empty.md', ' \n'),
      await put('binary.md', Buffer.from([0x50, 0x4b, 0, 1])),
      await put('latin.md', Buffer.from([0x63, 0x61, 0x66, 0xe9])),
      { path: join(folder, 'gone.md'), shown: 'docs/gone.md', as: 'text' as const },
      { path: folder, shown: 'docs', as: 'text' as const },
      await put('good.md', 'good'),
    ];
    assert.deepEqual(told(await entriesOf({ ...plain, files, field: null })), [
      ['0', 'empty-document', 'docs/empty.md', undefined],
      ['1', 'binary-file', 'docs/binary.md', undefined],
      ['2', 'not-utf8', 'docs/latin.md', undefined],
      ['3', 'missing-file', 'docs/gone.md', undefined],
      ['4', 'unreadable-file', 'docs', undefined],
      ['5', { text: 'good' }],
    ]);
  });
});

describe('JSONL files', () => {
  it('give a record a line, over several files, blank lines left out', async () => {
    const files = [
      await put('a.jsonl', '\uFEFF{"q":"one"}\r\n\r\n{"q":"two"}\n  \n'),
      await put('b.jsonl', '{"q":"three"}'),
    ];
    const source = { ...plain, files, field: null, sourceField: 'source', indexField: 'n' } as const;
    assert.deepEqual(told(await entriesOf(source)), [
      ['0', { q: 'one', source: 'docs/a.jsonl:1', n: 0 }],
      ['1', { q: 'two', source: 'docs/a.jsonl:3', n: 1 }],
      ['2', { q: 'three', source: 'docs/b.jsonl:1', n: 2 }],
    ]);
  });

  it('name broken lines by file and line', async () => {
    const lines = ['{"t":{"x":"deep"},"u":1}', '{"t":', '[1]', '{"u":1}', '{"t":{"x":5}}', '{"t":{"x":""}}'];
    const broken = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a])]);
    const files = [await put('broken.jsonl', broken), await put('zip.jsonl', Buffer.from([1, 0, 2, 0x0a, 3]))];
    const source = { ...plain, files, field: 't.x', keepFields: false } as const;
    assert.deepEqual(told(await entriesOf(source)), [
      ['0', { text: 'deep' }],
      ['1', 'not-json', 'docs/broken.jsonl', 2],
      ['2', 'not-an-object', 'docs/broken.jsonl', 3],
      ['3', 'missing-field', 'docs/broken.jsonl', 4],
      ['4', 'not-text', 'docs/broken.jsonl', 5],
      ['5', 'empty-document', 'docs/broken.jsonl', 6],
      ['6', 'not-utf8', 'docs/broken.jsonl', 7],
      ['7', 'binary-file', 'docs/zip.jsonl', undefined],
    ]);
  });

  it('can be left in the middle', async () => {
    const file = await put('long.jsonl', '{"a":1}\n'.repeat(100_000));
    for await (const entry of readSource({
      kind: 'read',
      id: 'docs',
      from: [],
      prefixesKeys: false,
      source: { ...plain, files: [file], field: null },
    })) {
      if (entry.key[0] === 3) break;
    }
  });
});

describe('lines', () => {
  it('come whole across chunks, and as nothing when they are too long', async () => {
    const long = 'x'.repeat(700_000);
    const { path } = await put('lines.txt', `a\n${long}\n${'y'.repeat(900_000)}\n\nlast`);
    const lines = await collect(readLines(path, 800_000));
    assert.deepEqual(
      lines.map(({ number, bytes }) => [number, bytes?.length ?? null]),
      [
        [1, 1],
        [2, 700_000],
        [3, null],
        [4, 0],
        [5, 4],
      ],
    );
  });
});
