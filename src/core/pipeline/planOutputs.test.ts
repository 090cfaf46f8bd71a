import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;
let elsewhere = '';

before(async () => {
  fixture = await PlanFixture.create();
  elsewhere = await mkdtemp(join(tmpdir(), 'openline-elsewhere-'));
  await fixture.put('docs/a.md', 'alpha');
  await fixture.put('ask.prompt.md', 'Ask {text}');
  await mkdir(join(dirname(fixture.file), 'folder'));
  await symlink(elsewhere, join(dirname(fixture.file), 'link'));
});

after(async () => {
  await fixture.dispose();
  await rm(elsewhere, { recursive: true });
});

const STEPS = [
  'steps:',
  '  - { id: docs, read: { files: docs/*.md, index: n } }',
  '  - { id: ask, generate: { prompt: ask.prompt.md } }',
];

describe('outputs', () => {
  it('are one file of the last step, or a list', async () => {
    const one = await fixture.plan(pipeline('output: out/x.jsonl', ...STEPS));
    assert.deepEqual(
      one.outputs.map(({ from, shown }) => [from, shown]),
      [['ask', 'out/x.jsonl']],
    );
    const several = await fixture.plan(
      pipeline(
        'outputs:',
        '  - { path: x.jsonl, from: docs, fields: [n, id] }',
        '  - { path: data/x.jsonl }',
        ...STEPS,
      ),
    );
    assert.deepEqual(
      several.outputs.map(({ from, name, fields }) => [from, name, fields]),
      [
        ['docs', 'x', ['n', 'id']],
        ['ask', 'x-2', null],
      ],
    );
  });

  it('must have different paths', async () => {
    const lines = ['outputs:', '  - { path: x.jsonl, from: docs }', '  - { path: ./x.jsonl }'];
    assert.deepEqual(await fixture.errors(pipeline(...lines, ...STEPS)), [
      '5:13-22 same-output: two outputs have the path ./x.jsonl',
    ]);
  });

  it('name steps and fields that there are', async () => {
    const lines = ['outputs: [{ path: x.jsonl, from: aks }, { path: y.jsonl, fields: [answr, n] }]'];
    assert.deepEqual(await fixture.errors(pipeline(...lines, ...STEPS)), [
      '3:34-37 unknown-step: `aks` is not a step (did you mean `ask`?); valid: docs, ask',
      '3:67-72 unknown-field: the records here have no field `answr` (did you mean `answer`?); they have text, n, answer',
    ]);
    const format = await fixture.errors(pipeline('outputs: [{ path: x.xml, format: xml }]', ...STEPS));
    assert.match(
      format.join(),
      /3:34-37 wrong-type: `format`: expected one of jsonl, .*, csv, parquet, hf, not the text "xml"/u,
    );
  });

  it('never replace what the pipeline reads, nor what is reserved', async () => {
    const error = async (path: string): Promise<string> =>
      (await fixture.errors(pipeline(`output: ${path}`, ...STEPS))).join();
    assert.match(await error('docs/a.md'), /^3:9-18 output-is-input: docs\/a\.md is read by the step docs/u);
    assert.match(await error('ask.prompt.md'), /output-is-input: .*the template of the step ask/u);
    assert.match(await error('demo.openline.yaml'), /output-is-input: .*the pipeline itself/u);
    assert.match(await error('../.openline/x.jsonl'), /reserved-path/u);
    assert.match(await error('../.git/config'), /reserved-path/u);
    assert.match(await error('folder'), /is-folder/u);
    assert.match(await error('new/'), /is-folder/u);
    assert.match(await error('ask.prompt.md/new/x.jsonl'), /no-folder: .*ask\.prompt\.md is not a folder/u);
  });

  it('outside the workspace are marked, also through links', async () => {
    const outside = async (path: string): Promise<boolean | undefined> =>
      (await fixture.plan(pipeline(`output: ${path}`, ...STEPS))).outputs[0]?.outside;
    assert.equal(await outside('../x.jsonl'), false);
    assert.equal(await outside('../../x.jsonl'), true);
    assert.equal(await outside(join(elsewhere, 'x.jsonl')), true);
    assert.equal(await outside('link/deep/x.jsonl'), true);
    assert.equal(await outside('..x.jsonl'), false);
  });

  it('can be given another path from outside, when there is one', async () => {
    const output = join(elsewhere, 'y.jsonl');
    const plan = await fixture.plan(pipeline(...STEPS), { output });
    assert.deepEqual(
      plan.outputs.map(({ path, outside }) => [path, outside]),
      [[output, true]],
    );
    const two = pipeline('outputs: [{ path: x.jsonl }, { path: y.jsonl }]', ...STEPS);
    assert.deepEqual(await fixture.errors(two, { output }), [
      'several-outputs: --output names one file, but this pipeline writes 2',
    ]);
    const until = await fixture.plan(two, { output, until: 'docs' });
    assert.deepEqual(
      until.outputs.map(({ from, path }) => [from, path]),
      [['docs', output]],
    );
  });
});
