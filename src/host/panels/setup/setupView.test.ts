import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join } from 'node:path';
import { applyChanges, setYaml } from '../../../core/files/editYaml.ts';
import { LIBRARY } from '../../../../test/support/openQaPlan.ts';
import { pipelineJsonSchema } from '../../../core/pipeline/pipelineJsonSchema.ts';
import { planPipeline, SAMPLE_PROFILE, validatePipeline } from '../../../core/pipeline/planPipeline.ts';
import { loadRecipes } from '../../../core/pipeline/recipeLibrary.ts';
import { loadTemplateLibrary } from '../../../core/prompts/templateLibrary.ts';
import type { SetupField } from '../../../protocol/setup.ts';
import { writtenValue } from './setupFields.ts';
import { setupContents, type SetupContents } from './setupView.ts';

const recipes = await loadRecipes(join(LIBRARY, 'recipes'));
const templates = await loadTemplateLibrary(join(LIBRARY, 'prompts'));
const schema = pipelineJsonSchema(recipes);
const file = '/nowhere/demo.openline.yaml';
const context = { recipes, templates, profiles: [SAMPLE_PROFILE], root: '/nowhere' };

async function contentsOf(text: string): Promise<SetupContents> {
  const diagnostics = await validatePipeline({ file, text }, context);
  const isRight = diagnostics.every(({ severity }) => severity !== 'error');
  const plan = isRight ? (await planPipeline({ file, text }, context)).plan : null;
  const profiles = [{ name: 'sample', model: undefined }];
  return setupContents({ text, file, recipes, schema, profiles, defaultName: 'sample', diagnostics, plan });
}

function fieldOf(fields: readonly SetupField[], name: string): SetupField {
  return fields.find((field) => field.name === name) ?? assert.fail(`there is no field ${name}`);
}

describe('the form of a pipeline', () => {
  it('shows the parameters of a recipe: what is given, what applies else, what is wrong', async () => {
    const text =
      'openline: 1\nendpoint: sample\nrecipe: open-qa\nwith:\n  n_subtopics: many\n  additional_subtopics: [Tides, Fog]\n';
    const { parameters, hasErrors, problems, recipe } = await contentsOf(text);
    assert.equal(recipe?.id, 'open-qa');
    const wrong = fieldOf(parameters, 'n_subtopics');
    assert.equal(wrong.control, 'number');
    assert.deepEqual(wrong.value, { kind: 'text', text: 'many' });
    assert.match(wrong.problem?.message ?? '', /whole number of at least 0/u);
    assert.ok(hasErrors);
    // It stands at its field, and nowhere else.
    assert.deepEqual(problems, []);
    const absent = fieldOf(parameters, 'n_openlines');
    assert.deepEqual([absent.value.kind, absent.placeholder, absent.isMinor], ['absent', '10', false]);
    assert.deepEqual(fieldOf(parameters, 'additional_subtopics').value, { kind: 'list', items: ['Tides', 'Fog'] });
    assert.equal(fieldOf(parameters, 'on_mismatch').isMinor, true);
    assert.deepEqual(fieldOf(parameters, 'on_mismatch').choices, ['trim', 'keep', 'discard', 'fail']);
  });

  it('offers one place to read from, and what belongs to it', async () => {
    const { parameters, sources } = await contentsOf('openline: 1\nrecipe: closed-qa\nwith: { jsonl: data/x.jsonl }\n');
    assert.equal(sources?.chosen, 'jsonl');
    const names = parameters.map(({ name }) => name);
    assert.ok(names.includes('jsonl') && names.includes('field'));
    assert.ok(!names.includes('documents') && !names.includes('files') && !names.includes('chunk_overlap'));
  });

  it('tells what stands at no field by its line', async () => {
    const { problems } = await contentsOf('openline: 1\nendpoint: sample\nwiht: {}\nrecipe: open-qa\n');
    assert.deepEqual(
      problems.map(({ line, severity }) => [line, severity]),
      [[3, 'error']],
    );
  });

  it('says where the text is no YAML', async () => {
    const { broken } = await contentsOf('openline: 1\nwith: [1\nrecipe: open-qa\n');
    assert.ok(broken !== null && broken.line >= 2, JSON.stringify(broken));
  });

  it('draws the steps of a recipe with their prompts, the values of the pipeline filled in', async () => {
    const { steps } = await contentsOf('openline: 1\nendpoint: sample\nrecipe: open-qa\nwith: { n_openlines: 7 }\n');
    const openlines = steps.find(({ id }) => id === 'openlines') ?? assert.fail();
    assert.deepEqual(openlines.from, ['subtopics', 'macro_topics_as_topics']);
    assert.ok(openlines.asks && openlines.index === null);
    assert.equal(openlines.template?.name, 'open-qa-from-topics');
    const parts = openlines.template.messages.flatMap((message) => message.parts);
    assert.ok(parts.some(({ name, text }) => name === 'n_openlines' && text === '7'));
    assert.ok(parts.every(({ isMissing }) => !isMissing));
  });

  it('says at a step why its template cannot be used, and which that is', async () => {
    const text = 'openline: 1\nendpoint: sample\nrecipe: open-qa\n';
    const before = { text, file, recipes, schema, profiles: [{ name: 'sample', model: undefined }] };
    const plan = (await planPipeline({ file, text }, context)).plan;
    const wrong = `${text}prompts: { subtopics: nowhere }\n`;
    const diagnostics = await validatePipeline({ file, text: wrong }, context);
    const found = setupContents({ ...before, text: wrong, defaultName: 'sample', diagnostics, plan });
    const { template } = found.steps.find(({ id }) => id === 'subtopics') ?? assert.fail();
    assert.deepEqual([template?.name, template?.messages], ['nowhere', []]);
    assert.match(template?.problem ?? '', /nowhere/u);
    assert.deepEqual(found.problems, []);
  });

  it('has the options of own steps from their schema, inner maps where they are given', async () => {
    const text = `openline: 1
endpoint: sample
steps:
  - id: topics
    read: { values: [Tides], into: topic }
  - id: questions
    generate:
      prompt: open-qa-from-topics
      values: { n_openlines: 3 }
      expect: { list: question, length: 3 }
  - id: unique
    dedup: { fields: [question], method: fuzzy, threshold: 2 }
outputs:
  - { from: unique, path: data/x.jsonl, format: jsonl }
`;
    const { steps, outputs } = await contentsOf(text);
    assert.deepEqual(
      steps.map(({ id, kind, from, index }) => [id, kind, from, index]),
      [
        ['topics', 'read', [], 0],
        ['questions', 'generate', ['topics'], 1],
        ['unique', 'dedup', ['questions'], 2],
      ],
    );
    const [, questions, unique] = steps;
    const length = fieldOf(questions?.fields ?? [], 'expect.length');
    assert.deepEqual([length.control, length.path], ['number', ['steps', 1, 'generate', 'expect', 'length']]);
    assert.deepEqual(fieldOf(questions?.fields ?? [], 'values.n_openlines').value, { kind: 'text', text: '3' });
    const threshold = fieldOf(unique?.fields ?? [], 'threshold');
    assert.equal(threshold.problem?.severity, 'error');
    assert.deepEqual(fieldOf(unique?.fields ?? [], 'fields').value, { kind: 'list', items: ['question'] });
    assert.ok(fieldOf(unique?.fields ?? [], 'method').choices.includes('exact'));
    assert.deepEqual(fieldOf(outputs[0] ?? [], 'format').value, { kind: 'text', text: 'jsonl' });
  });

  it('writes every kind of value as what it is, and takes out what is emptied', () => {
    assert.equal(writtenValue('number', ' 12 '), 12);
    assert.equal(writtenValue('number', 'many'), 'many');
    assert.equal(writtenValue('text', '12'), '12');
    assert.equal(writtenValue('switch', 'true'), true);
    assert.deepEqual(writtenValue('list', 'a\n\n b \n'), ['a', 'b']);
    for (const control of ['number', 'text', 'list', 'choice'] as const)
      assert.equal(writtenValue(control, ''), undefined);
    const text = 'openline: 1\nrecipe: open-qa\nwith:\n  n_subtopics: 3 # each\n';
    const set = applyChanges(text, setYaml(text, ['with', 'n_subtopics'], writtenValue('number', '4')));
    assert.equal(set, text.replace('3', '4'));
  });
});
