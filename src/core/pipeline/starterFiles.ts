/** Example files beside a new pipeline, so that it runs before there is any data. */
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findFiles } from '../files/findFiles.ts';
import type { RecipeParameter } from './recipeSchema.ts';
import { canonicalJson, type Json } from '../record/json.ts';

/**
 * Writes the example file of each parameter that still has the recipe's example as its value, where nothing in the
 * folder matches it. What is there stays as it is.
 *
 * @param library folder of the built-in recipes and templates
 * @returns the paths that were written, relative to the folder
 */
export async function writeStarterFiles(
  folder: string,
  parameters: Readonly<Record<string, RecipeParameter>>,
  values: Readonly<Record<string, Json>>,
  library: string,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const [name, { starter, example }] of Object.entries(parameters)) {
    const value = values[name];
    if (starter === undefined || example === undefined || value === undefined) continue;
    if (canonicalJson(value) !== canonicalJson(example)) continue;
    const patterns = (Array.isArray(value) ? (value as readonly Json[]) : [value]).filter(
      (pattern) => typeof pattern === 'string',
    );
    if ((await findFiles(folder, patterns)).files.length > 0) continue;
    const path = join(folder, starter);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await readFile(join(library, 'starters', starter)));
    written.push(starter);
  }
  return written;
}
