import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ejectPipeline } from './ejectPipeline.ts';
import { pipeline, PlanFixture } from './planFixture.ts';

let fixture: PlanFixture;
before(async () => {
  fixture = await PlanFixture.create();
  await fixture.put('docs/a.md', 'alpha');
  await fixture.put('data.jsonl', '{"q":"x"}\n');
});
after(async () => {
  await fixture.dispose();
});

const STEPS = [
  'steps:',
  '  - { id: docs, read: { files: docs/*.md } }',
  '  - { id: ask, generate: { prompt: { text: "Ask {text}" } } }',
];
const FROM_DATA = ['steps:', '  - { id: data, read: { files: data.jsonl } }'];

describe('the format of an output', () => {
  it('is checked against the fields that the records have', async () => {
    const plan = await fixture.plan(pipeline('outputs: [{ path: x.jsonl, format: openai-chat }]', ...STEPS));
    assert.deepEqual(plan.outputs[0]?.format, 'openai-chat');
    const [dpo] = await fixture.errors(pipeline('outputs: [{ path: x.jsonl, format: dpo }]', ...STEPS));
    assert.match(dpo ?? '', /^3:\d+-\d+ missing-field: dpo needs prompt .*; the records here have text, answer/u);
    const mapped = '{ path: x.jsonl, format: dpo, map: { chosen: answer, rejected: text } }';
    assert.deepEqual(await fixture.errors(pipeline(`outputs: [${mapped}]`, ...STEPS)), []);
    assert.deepEqual(await fixture.errors(pipeline('outputs: [{ path: x, format: kto }]', ...FROM_DATA)), []);
  });

  it('takes a map of its own fields to those of the records', async () => {
    const errors = await fixture.errors(
      pipeline(
        'outputs:',
        '  - { path: a, format: alpaca, map: { instrution: text } }',
        '  - { path: b, format: alpaca, map: { output: anser } }',
        '  - { path: c, format: alpaca, fields: [text] }',
        '  - { path: d, fields: [text], map: { a: text } }',
        '  - { path: e, map: {} }',
        ...STEPS,
      ),
    );
    const codes = errors.map((error) => /\d+:\S+ (?<code>[\w-]+):/u.exec(error)?.groups?.['code']);
    assert.deepEqual(
      codes.filter((code) => code !== 'missing-field'),
      ['unknown-map', 'unknown-field', 'fields-of-format', 'fields-and-map', 'unknown-map'],
    );
    assert.match(errors[0] ?? '', /did you mean `instruction`/u);
  });

  it('csv has known columns', async () => {
    const plan = await fixture.plan(pipeline('outputs: [{ path: x.csv, format: csv }]', ...STEPS));
    assert.deepEqual(plan.outputs[0]?.fields, ['id', 'text', 'answer']);
    const [unknown] = await fixture.errors(pipeline('outputs: [{ path: x.csv, format: csv }]', ...FROM_DATA));
    assert.match(unknown ?? '', /unknown-columns: .*name `fields`/u);
    assert.deepEqual(
      await fixture.errors(pipeline('outputs: [{ path: x, format: csv, fields: [q] }]', ...FROM_DATA)),
      [],
    );
  });

  it('that there is not is refused with those there are', async () => {
    const [error] = await fixture.errors(pipeline('outputs: [{ path: x, format: porquet }]', ...STEPS));
    assert.match(error ?? '', /openai-chat.*sharegpt.*alpaca.*chatml.*prompt-completion.*dpo.*kto.*csv/u);
  });

  it('of a recipe stays what it was when the recipe is ejected', async () => {
    const text = pipeline(
      'recipe: open-qa',
      'with: { n_macro_topics: 2, n_subtopics: 2, n_openlines: 2, n_revisions: 1 }',
      'outputs:',
      '  - { path: a.jsonl, format: prompt-completion, map: { completion: topic } }',
      '  - { path: b.csv, format: csv }',
    );
    const ejected = await ejectPipeline({ file: fixture.file, text }, fixture.context);
    const [recipe, steps] = await Promise.all([fixture.plan(text), fixture.plan(ejected)]);
    assert.deepEqual(steps.outputs, recipe.outputs);
    assert.equal(steps.hash, recipe.hash);
  });
});
