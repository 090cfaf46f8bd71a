/** Where `.openline` folders are: for a pipeline, and for a whole workspace. Plain Node; the engine has the same rule. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OPENLINE_FOLDER } from '../../core/run/runFolder.ts';

/** The nearest folder at or above a pipeline's that holds `.openline` or `.git`; else the pipeline's own. */
export async function rootOfPipeline(file: string): Promise<string> {
  const own = dirname(file);
  for (let folder = own; ; folder = dirname(folder)) {
    if ((await exists(join(folder, OPENLINE_FOLDER))) || (await exists(join(folder, '.git')))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

/** Folders that may hold `.openline`: those of the pipelines, and the workspace's own. Each once. */
export async function openlineRoots(
  pipelines: readonly string[],
  workspaceFolders: readonly string[],
): Promise<readonly string[]> {
  const roots = new Set(workspaceFolders);
  const folders = new Map(pipelines.map((file) => [dirname(file), file]));
  for (const file of folders.values()) roots.add(await rootOfPipeline(file));
  return [...roots].sort();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
