/** Where `.openline` folders are: for a pipeline, and for a whole workspace. Plain Node; the engine has the same rule. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OPENLINE_FOLDER } from '../ids.ts';

/** The nearest folder at or above a pipeline's that holds `.openline` or `.git`; else the pipeline's own. */
export async function rootOfPipeline(file: string): Promise<string> {
  const own = dirname(file);
  for (let folder = own; ; folder = dirname(folder)) {
    if ((await exists(join(folder, OPENLINE_FOLDER))) || (await exists(join(folder, '.git')))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

/** Folders that may hold `.openline`: of the pipelines, and of the workspace itself. Each once. */
export async function openlineRoots(
  pipelines: readonly string[],
  workspaceFolders: readonly string[],
): Promise<readonly string[]> {
  const folders = new Set([...workspaceFolders, ...pipelines.map((file) => dirname(file))]);
  const roots = await Promise.all([...folders].map((folder) => rootOfPipeline(join(folder, 'any'))));
  return [...new Set(roots)].sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
