import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ReadStep } from './plan.ts';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;

before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('docs/a.md', 'alpha');
  await fixture.put('lines.jsonl', '{}');
});

after(async () => {
  await fixture.dispose();
});

const text = (read: string): string => pipeline('steps:', `  - { id: r, read: { ${read} } }`);

async function source(read: string): Promise<ReadStep['source']> {
  return (await fixture.readStep(text(read), 'r')).source;
}

async function filesSource(read: string): Promise<ReadStep['source'] & { kind: 'files' }> {
  const found = await source(read);
  assert.ok(found.kind === 'files');
  return found;
}

describe('a step that reads', () => {
  it('takes files as text or lines, by their ending unless it is said', async () => {
    const shape = async (read: string): Promise<unknown> => {
      const { files, field, into, keepFields, strict } = await filesSource(read);
      return [files.map(({ as }) => as).join(' '), field, into, keepFields, strict];
    };
    assert.deepEqual(await shape('files: docs/*.md'), ['markdown', null, 'text', false, false]);
    assert.deepEqual(await shape('files: lines.jsonl'), ['jsonl', null, 'text', true, false]);
    assert.deepEqual(await shape('files: lines.jsonl, field: q'), ['jsonl', 'q', 'q', true, false]);
    assert.deepEqual(await shape('files: lines.jsonl, field: a.b, keep_fields: false'), [
      'jsonl',
      'a.b',
      'text',
      false,
      false,
    ]);
    assert.deepEqual(await shape('files: lines.jsonl, as: text, strict: true'), ['text', null, 'text', false, true]);
    assert.deepEqual(await shape('files: [lines.jsonl, docs/a.md], field: q, keep_fields: false, into: body'), [
      'jsonl markdown',
      'q',
      'body',
      false,
      false,
    ]);
  });

  it('takes values of any kind', async () => {
    assert.deepEqual(await source('values: [a, 2, { b: c }], into: x, index: i'), {
      kind: 'list',
      values: ['a', 2, { b: 'c' }],
      field: 'x',
      indexField: 'i',
      label: 'r',
    });
  });

  it('takes each file by its ending', async () => {
    await fixture.put('mixed/a.CSV', 'x');
    for (const name of [
      'b.html',
      'c.pdf',
      'd.docx',
      'e.py',
      'f.parquet',
      'g.tsv',
      'h.json',
      'i',
      'j.tar.gz',
      'k.ndjson',
    ]) {
      await fixture.put(`mixed/${name}`, 'x');
    }
    assert.deepEqual(
      (await filesSource('files: mixed/*')).files.map(({ as }) => as),
      ['csv', 'html', 'pdf', 'docx', 'code', 'parquet', 'tsv', 'json', 'text', 'text', 'jsonl'],
    );
    assert.deepEqual(
      (await filesSource('files: mixed/*, as: markdown')).files.map(({ as }) => as),
      Array.from({ length: 11 }, () => 'markdown'),
    );
  });

  it('takes a file from the web by its path or as it is said', async () => {
    const sum = 'AB'.repeat(32);
    assert.deepEqual((await filesSource(`url: 'https://example.org/data.csv?x=.json', sha256: ${sum}`)).files, [
      {
        path: '',
        shown: 'https://example.org/data.csv?x=.json',
        as: 'csv',
        remote: { url: 'https://example.org/data.csv?x=.json', sha256: sum.toLowerCase() },
      },
    ]);
    assert.equal((await filesSource("url: 'https://example.org/data', as: jsonl")).files[0]?.as, 'jsonl');
  });

  it('knows the fields of what it reads', async () => {
    const told = async (read: string, field: string): Promise<readonly string[]> =>
      fixture.errors(`${text(read)}  - { id: f, filter: { field: ${field}, min: 1 } }\n`);
    const missing = (fields: string): RegExp => new RegExp(`no field \`zz\`.*they have ${fields}$`, 'u');
    assert.match((await told('git: .', 'zz'))[0] ?? '', missing('commit, date, message, diff, files'));
    assert.match(
      (await told('files: docs/a.md, chunk: { by: paragraphs }, source: s', 'zz'))[0] ?? '',
      missing('text, s, chunk'),
    );
    assert.match((await told('files: lines.jsonl, fields: [a, b]', 'zz'))[0] ?? '', missing('a, b'));
    assert.match(
      (await told('files: docs/a.md, as: symbols', 'zz'))[0] ?? '',
      missing('name, kind, language, text, doc'),
    );
    assert.deepEqual(await told('files: lines.jsonl', 'zz'), []);
    assert.deepEqual(await told('files: [lines.jsonl, docs/a.md]', 'zz'), []);
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['', '4:14-18 wrong-source: a step reads exactly one of files, url, git, values, cross, records; there is none'],
    [
      'values: [a], files: x',
      '4:14-18 wrong-source: a step reads exactly one of files, url, git, values, cross, records; there are files and values',
    ],
    ['values: [a], as: text', '4:35-37 needless-key: `as` has no effect with `values`'],
    ['cross: { a: [1] }, into: x', '4:41-45 needless-key: `into` has no effect with `cross`'],
    [
      'files: docs/*.md, as: text, field: q',
      '4:50-55 needless-key: `field` has no effect on text files (`as: jsonl`?)',
    ],
    ['files: lines.jsonl, into: q', '4:42-46 needless-key: `into` has no effect without `field`'],
    ['files: lines.jsonl, keep_fields: false', '4:42-53 needless-key: `keep_fields` has no effect without `field`'],
    [
      'files: docs/*.md, columns: [a]',
      '4:40-47 needless-key: `columns` has no effect on files that are no tables (`as: csv`?)',
    ],
    ['files: docs/*.md, symbols: [test]', '4:40-47 needless-key: `symbols` has no effect without `as: symbols`'],
    ['values: [a], fields: [a]', '4:35-41 needless-key: `fields` has no effect with `values`'],
    ['records: 0', '4:31-32 out-of-range: `records`: expected a whole number of at least 1, not 0'],
    ['records: 3, into: x', '4:34-38 needless-key: `into` has no effect with `records`'],
    [
      'files: lines.jsonl, sha256: x',
      '4:50-51 invalid-value: `sha256`: a SHA-256 is 64 digits and letters from a to f',
    ],
    ['values: [a], sample: {}', '4:35-41 conflicting-keys: a sample needs `count` or `ratio`'],
    ['values: [a], sample: { count: 1, ratio: 0.5 }', '4:35-41 conflicting-keys: a sample has a `count` or a `ratio`'],
    ['values: [a], chunk: { by: tokens }', '4:35-40 missing-key: chunks by tokens need a `size`'],
    ['values: [a], chunk: { by: pages, overlap: 3 }', '4:55-62 needless-key: `overlap` has no effect without `size`'],
    [
      'values: [a], chunk: { by: tokens, size: 10, overlap: 10 }',
      '4:75-77 out-of-range: `overlap` must be smaller than `size`',
    ],
    [
      'files: lines.jsonl, chunk: { by: pages }',
      '4:42-47 missing-key: `chunk` cuts a text; name the field that holds it (`field`)',
    ],
    ['files: docs', '4:29-33 is-folder: docs is a folder; for all files in it write docs/**/*'],
    ['files: [docs/*.md, gone.md]', '4:41-48 missing-file: there is no file gone.md'],
    ['files: docs/*.txt', '4:29-39 no-match: no file matches docs/*.txt'],
    ['cross: { a: [] }', '4:34-36 out-of-range: `a`: expected a list that is not empty, not an empty list'],
  ];
  for (const [read, expected] of wrong) {
    it(`refuses { ${read} }`, async () => {
      assert.deepEqual(await fixture.errors(text(read)), [expected]);
    });
  }
});
