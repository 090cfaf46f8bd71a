import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './machine.ts';

/**
 * Writes a script that does what the editor's child process does, from the sources.
 *
 * @param folder where it goes
 * @returns its path, to be forked
 */
export function writeChildScript(folder: string): string {
  const script = join(folder, 'child.mjs');
  const source = pathToFileURL(join(root, 'src', 'cli', 'child.ts')).href;
  const library = join(root, 'src', 'core', 'library');
  writeFileSync(
    script,
    `import { child } from ${JSON.stringify(source)};
child({ library: ${JSON.stringify(library)}, version: 'test', env: process.env, stop: new AbortController() });
`,
  );
  return script;
}
