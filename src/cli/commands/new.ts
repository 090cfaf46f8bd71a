import { access, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unknownName } from '../../core/files/checkValue.ts';
import { pipelineText } from '../../core/pipeline/pipelineText.ts';
import type { Recipe } from '../../core/pipeline/recipeLibrary.ts';
import { offeredValues } from '../../core/pipeline/recipeOutline.ts';
import { writeStarterFiles } from '../../core/pipeline/starterFiles.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { openLibrary } from '../workspace.ts';

export const NEW_OPTIONS: readonly OptionName[] = ['endpoint', 'model', 'force'];

const ENDING = '.openline.yaml';

/**
 * `openline new [RECIPE [NAME]]`: a pipeline file with the recipe's usual values, which runs as it stands: on the built-in
 * endpoint, with an example file where it reads some and there are none. Without a recipe: which there are.
 */
export async function newCommand(given: Given, around: Surroundings): Promise<Result> {
  const { recipes } = await openLibrary(around.library);
  const [id, name = id] = given.positionals;
  if (id === undefined || name === undefined) return listRecipes([...recipes.values()], given, around);
  const recipe = recipes.get(id);
  if (recipe === undefined) throw new UsageError(unknownName(id, [...recipes.keys()], 'a recipe'));
  const base = name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name;
  if (/[/\\]/u.test(base) || base === '') throw new UsageError('The name of a pipeline is a file name without folders');
  const file = resolve(around.cwd, `${base}${ENDING}`);
  if (!given.flag('force') && (await isThere(file))) {
    throw new UsageError(`${base}${ENDING} exists; give another name (openline new ${id} NAME), or --force`);
  }
  const values = offeredValues(recipe);
  const text = pipelineText({
    ...{ recipe, values, output: `data/${base}.jsonl` },
    endpoint: given.text('endpoint') ?? 'sample',
    model: given.text('model') ?? '',
  });
  const examples = await writeStarterFiles(around.cwd, recipe.parameters, values, around.library);
  await writeFile(file, text);
  if (!given.flag('json')) {
    for (const path of examples) around.out.write(`${path} is written, an example of what it reads\n`);
    around.out.write(`${base}${ENDING} is written. Run it with: openline run ${base}${ENDING}\n`);
  }
  return { status: 0, json: { pipeline: file, examples: examples.map((path) => join(around.cwd, path)), error: null } };
}

function listRecipes(recipes: readonly Recipe[], given: Given, around: Surroundings): Result {
  if (!given.flag('json')) {
    const width = Math.max(...recipes.map(({ id }) => id.length));
    for (const { id, title } of recipes) around.out.write(`  ${id.padEnd(width)}  ${title}\n`);
    around.out.write('Write the pipeline of one with: openline new RECIPE\n');
  }
  return { status: 0, json: { recipes: recipes.map(({ id, title }) => ({ id, title })), error: null } };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
