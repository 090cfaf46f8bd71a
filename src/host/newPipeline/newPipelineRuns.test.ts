/** Every recipe, from what New Pipeline offers to its records: on the sample endpoint, in an empty folder. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, describe, it } from 'node:test';
import { runPipeline } from '../../core/index.ts';
import { loadRecipes, type Recipe } from '../../core/pipeline/recipeLibrary.ts';
import { isJsonObject, parseJson } from '../../core/record/json.ts';
import { pipelineText } from '../../core/pipeline/pipelineText.ts';
import { askedParameters } from '../../core/pipeline/parameterQuestions.ts';
import { offeredValues, outlineSteps } from '../../core/pipeline/recipeOutline.ts';
import { writeStarterFiles } from '../../core/pipeline/starterFiles.ts';

const library = fileURLToPath(new URL('../../core/library/', import.meta.url));
const recipes = await loadRecipes(join(library, 'recipes'));
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openline-new-'));
  folders.push(folder);
  return folder;
}

/** The sources of a recipe that offer an example, those that New Pipeline puts first. */
function offeredSources({ exactlyOne, parameters }: Recipe): readonly (string | undefined)[] {
  if (exactlyOne.length === 0) return [undefined];
  return exactlyOne.filter((name) => parameters[name]?.example !== undefined);
}

describe('a new pipeline, everything accepted as it is offered,', () => {
  for (const recipe of recipes.values()) {
    assert.ok(offeredSources(recipe).length > 0, `${recipe.id} offers no source`);
    for (const source of offeredSources(recipe)) {
      it(`makes records with ${recipe.id}${source === undefined ? '' : ` from ${source}`}`, async () => {
        const folder = emptyFolder();
        const values = offeredValues(recipe, source);
        assert.deepEqual(Object.keys(values), askedParameters(recipe, source), 'not all that is asked is offered');
        const draft = { recipe, endpoint: 'sample', model: '', values, output: `data/${recipe.id}.jsonl` };
        const file = join(folder, `${recipe.id}.openline.yaml`);
        writeFileSync(file, pipelineText(draft));
        await writeStarterFiles(folder, recipe.parameters, values, library);
        const summary = await runPipeline(file, { limit: 6 });
        assert.equal(summary.error, null);
        assert.equal(summary.state, 'done');
        assert.ok(summary.records > 0, `${recipe.id} made no record`);
        const [line = ''] = readFileSync(join(folder, 'data', `${recipe.id}.jsonl`), 'utf8').split('\n');
        const record = parseJson(line);
        assert.ok(isJsonObject(record));
        // The key is `openline_id` where records have an `id` of their own.
        const key = Object.hasOwn(recipe.example, 'id') ? 'openline_id' : 'id';
        assert.deepEqual(Object.keys(record), [key, ...Object.keys(recipe.example)]);
      });
    }
  }
});

describe('the example files', () => {
  const { parameters } = recipes.get('closed-qa') ?? assert.fail();

  it('are written only where nothing matches and the example was kept', async () => {
    const folder = emptyFolder();
    assert.deepEqual(await writeStarterFiles(folder, parameters, { files: ['notes/*.md'] }, library), []);
    assert.deepEqual(await writeStarterFiles(folder, parameters, { files: ['docs/**/*.md'] }, library), [
      'docs/tides.md',
    ]);
    writeFileSync(join(folder, 'docs/tides.md'), 'my own');
    assert.deepEqual(await writeStarterFiles(folder, parameters, { files: ['docs/**/*.md'] }, library), []);
    assert.equal(readFileSync(join(folder, 'docs/tides.md'), 'utf8'), 'my own');
    assert.ok(!existsSync(join(folder, 'data')));
  });

  it('are all there, and match what they stand for', () => {
    for (const recipe of recipes.values()) {
      for (const [name, { starter }] of Object.entries(recipe.parameters)) {
        if (starter !== undefined) assert.ok(existsSync(join(library, 'starters', starter)), `${recipe.id}.${name}`);
      }
    }
  });
});

describe('the gallery', () => {
  it('draws the steps of every recipe, linked', () => {
    for (const recipe of recipes.values()) {
      const steps = outlineSteps(recipe);
      assert.ok(steps.length > 0 && steps.every(({ kind }) => kind !== ''), recipe.id);
      const ids = steps.map(({ id }) => id);
      for (const { from } of steps)
        assert.ok(
          from.every((id) => ids.includes(id)),
          recipe.id,
        );
    }
    const [first, ...rest] = outlineSteps(recipes.get('open-qa') ?? assert.fail());
    assert.deepEqual([first?.id, first?.kind, first?.asks], ['macro_topics', 'generate', true]);
    assert.deepEqual(rest.at(-1)?.from, ['openlines']);
  });
});
