import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * The folder that holds `.openline` for a pipeline: its nearest ancestor with `.openline` or `.git`, else its own.
 *
 * @param file path of the pipeline; it need not exist
 * @returns an absolute path
 */
export async function findWorkspaceRoot(file: string): Promise<string> {
  const own = dirname(resolve(file));
  for (let folder = own; ; folder = dirname(folder)) {
    // `.git` is a file in worktrees and submodules.
    if ((await exists(join(folder, '.openline'))) || (await exists(join(folder, '.git')))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
