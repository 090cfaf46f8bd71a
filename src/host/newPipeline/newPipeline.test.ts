import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadRecipes } from '../../core/pipeline/recipeLibrary.ts';
import { askedParameters, initialText, readParameter } from '../../core/pipeline/parameterQuestions.ts';
import { pipelineText } from '../../core/pipeline/pipelineText.ts';

const recipes = await loadRecipes(fileURLToPath(new URL('../../core/library/recipes/', import.meta.url)));

function recipeOf(id: string) {
  const recipe = recipes.get(id);
  assert.ok(recipe !== undefined, `no recipe ${id}`);
  return recipe;
}

test('open questions ask for the four numbers of the tree', () => {
  assert.deepEqual(askedParameters(recipeOf('open-qa'), undefined), [
    'n_macro_topics',
    'n_subtopics',
    'n_openlines',
    'n_revisions',
  ]);
});

test('closed questions ask for the chosen source and what belongs to it', () => {
  const recipe = recipeOf('closed-qa');
  assert.deepEqual(askedParameters(recipe, 'files'), ['files', 'n_openlines']);
  assert.deepEqual(askedParameters(recipe, 'jsonl'), ['jsonl', 'field', 'n_openlines']);
  const asked = (files: string[]) => askedParameters(recipe, 'files', new Map([['files', files]]));
  assert.deepEqual(asked(['notes/*.md', 'data/*.csv']), ['files', 'field', 'n_openlines']);
  assert.deepEqual(asked(['notes/*.md']), ['files', 'n_openlines']);
  assert.equal(initialText(recipe.parameters['files'] ?? assert.fail()), 'docs/**/*.md');
});

test('what is typed is read by the type of the parameter, or refused in words', () => {
  const number = { type: 'integer', description: '', min: 1 } as const;
  assert.deepEqual(readParameter(' 12 ', number), { value: 12 });
  for (const wrong of ['', '0', '1.5', 'many', '-3']) {
    assert.deepEqual(readParameter(wrong, number), { problem: 'a whole number of at least 1' });
  }
  const files = { type: 'files', description: '' } as const;
  assert.deepEqual(readParameter('docs/**/*.md, README.md', files), { value: ['docs/**/*.md', 'README.md'] });
  assert.ok('problem' in readParameter(' , ', files));
});

test('the file holds what was asked, and explains every parameter', () => {
  const recipe = recipeOf('closed-qa');
  const text = pipelineText({
    recipe,
    endpoint: 'local: vllm',
    model: 'yes',
    values: { files: ['docs/**/*.md', '*.txt'], n_openlines: 4 },
    output: 'data/questions #1.jsonl',
  });
  assert.deepEqual(parse(text), {
    openline: 1,
    endpoint: 'local: vllm',
    model: 'yes',
    recipe: 'closed-qa',
    with: { files: ['docs/**/*.md', '*.txt'], n_openlines: 4 },
    output: 'data/questions #1.jsonl',
  });
  for (const [name, { description }] of Object.entries(recipe.parameters)) {
    assert.ok(text.includes(`${name}: `), `${name} is not mentioned`);
    assert.ok(text.includes(description), `${name} is not explained`);
  }
  for (const line of text.split('\n').filter((candidate) => candidate.startsWith('# '))) assert.ok(line.length <= 100);
});
