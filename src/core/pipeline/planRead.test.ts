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
    ['files: docs', '4:29-33 is-folder: docs is a folder; for all files in it write docs/**/*'],
    ['files: [docs/*.md, gone.md]', '4:41-48 missing-file: there is no file gone.md'],
    ['files: docs/*.txt', '4:29-39 no-match: no file matches docs/*.txt'],
    ['cross: { a: [] }', '4:34-36 out-of-range: `a`: expected is a list that is not empty, not an empty list'],
  ];
  for (const [read, expected] of wrong) {
    it(`refuses { ${read} }`, async () => {
      assert.deepEqual(await fixture.errors(text(read)), [expected]);
    });
  }
});
