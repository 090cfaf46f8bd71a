import { join } from 'node:path';

/** Folder of the built-in templates and recipes, beside this file in the sources and beside the bundle. */
export function libraryFolder(): string {
  return join(import.meta.dirname, 'library');
}
