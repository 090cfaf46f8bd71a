import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from './machine.ts';

/** Links the built extension into a folder as if it had been installed. */
export async function linkExtension(extensionsFolder: string): Promise<void> {
  const manifest = z
    .object({ publisher: z.string(), name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  await mkdir(extensionsFolder, { recursive: true });
  await symlink(root, join(extensionsFolder, `${manifest.publisher}.${manifest.name}-${manifest.version}`), 'junction');
}
