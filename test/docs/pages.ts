import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../support/machine.ts';

/** The README and every page of docs/, as absolute paths. */
export async function documentationPages(): Promise<readonly string[]> {
  const folder = join(root, 'docs');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  return [join(root, 'README.md'), ...names.map((name) => join(folder, name))];
}
